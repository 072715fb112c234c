import { AmphoraBuildError } from '@amphora/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gateTo } from '../gate.ts'
import { bare, missing, openSite, removed, type IronicCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`Many builds on a real Ironic${skipped}`, { timeout: 240_000 }, () => {
  let site: Site
  let compute: IronicCompute
  beforeAll(async () => {
    site = await openSite()
    compute = await site.connect()
  })
  afterAll(() => site?.clear())
  const left = async (): Promise<readonly string[]> =>
    (await site.inventory()).filter((item) => item.includes(site.owner))

  it('of one name by eight controllers take one node', async () => {
    const controllers = await Promise.all(Array.from({ length: 8 }, () => site.connect()))
    const order = site.request(`${site.owner}-race`)
    const ids = await Promise.all(controllers.map((one) => one.build(order)))
    expect(new Set(ids).size).toBe(1)
    const [id = ''] = ids
    await compute.waitFor(id, 'active')
    expect((await left()).filter((item) => item.startsWith('allocation'))).toHaveLength(1)
    const nodes = await site.openstack<readonly Record<string, unknown>[]>(
      'baremetal',
      'node',
      'list',
      '--associated',
      '--fields',
      'instance_uuid',
      'instance_info',
    )
    const ours = nodes.filter((node) => JSON.stringify(node).includes(`${site.owner}-race`))
    expect(ours.map((node) => node['Instance UUID'])).toEqual([bare(id)])
    await removed(compute, id)
  })

  it('are ten amphorae of sixteen on ten nodes, and six that say why, with nothing left of them', async () => {
    await expect
      .poll(async () => (await site.inventory()).filter((item) => item.startsWith('node node-')), { timeout: 60_000 })
      .toEqual([])
    const names = Array.from({ length: 16 }, (_, index) => `${site.owner}-many-${index}`)
    // All at once they may take the one process longer than an attempt may last.
    const patient = await site.connect({}, { breaker: false, timeouts: { build: 180_000 } })
    const ends = await Promise.allSettled(names.map((name) => patient.build(site.request(name))))
    const ids = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
    const items = await left()
    await Promise.all(ids.map((id) => compute.waitFor(id, 'active')))
    await Promise.all(ids.map((id) => removed(compute, id)))
    expect(errors.map(told)).toEqual(Array.from({ length: 6 }, () => 'resource-exhausted ironic/no-node'))
    expect(new Set(ids).size).toBe(10)
    expect(items.filter((item) => item.startsWith('allocation'))).toHaveLength(10)
    expect(await left()).toEqual([])
  })

  it('ask for what the driver says that they ask for', async () => {
    await using gate = await gateTo(site.testbed.endpoints.ironic)
    const counted = await site.connect({ endpointOverride: { baremetal: gate.url } })
    const order = site.request(`${site.owner}-count`, { networkIds: [site.testbed.ids.networks.shared1] })
    await counted.check()
    gate.take()
    const id = await counted.build(order)
    const asked = gate.take()
    const looks = asked.filter((route) => route === 'GET /v1/allocations/{id}').length
    expect(asked.filter((route) => route !== 'GET /v1/allocations/{id}')).toEqual([
      'POST /v1/allocations',
      'PATCH /v1/nodes/{id}',
      'POST /v1/nodes/{id}/vifs',
      'GET /v1/nodes/{id}/validate',
      'PUT /v1/nodes/{id}/states/provision',
    ])
    expect(looks).toBeGreaterThan(0)
    await counted.getAmphora({ id })
    expect(gate.take()).toEqual(['GET /v1/nodes/{id}'])
    expect(await counted.build(order)).toBe(id)
    expect(gate.take()).toHaveLength(3)
    await counted.waitFor(id, 'active')
    gate.take()
    await counted.getAmphora({ name: order.name ?? '' })
    expect(gate.take()).toHaveLength(2)
    await counted.delete(id)
    expect(gate.take()).toEqual(['GET /v1/nodes/{id}', 'PUT /v1/nodes/{id}/states/provision'])
    await counted.waitFor(id, 'deleted')
  })

  it('whose answers are lost, at each of its requests, are one machine in the end', async () => {
    const steps = ['POST /v1/allocations', 'PATCH /v1/nodes/{id}', 'PUT /v1/nodes/{id}/states/provision']
    for (const [index, step] of steps.entries()) {
      await using gate = await gateTo(site.testbed.endpoints.ironic)
      let isLost = false
      gate.judge = ({ route }) => {
        if (isLost || route !== step) return 'pass'
        isLost = true
        return 'swallow'
      }
      const lossy = await site.connect({ endpointOverride: { baremetal: gate.url } })
      const name = `${site.owner}-lost-${index}`
      const order = site.request(name)
      const id = await lossy.build(order).catch(() => lossy.build(order))
      expect(isLost).toBe(true)
      await compute.waitFor(id, 'active')
      expect((await left()).filter((item) => item.includes(name) && item.startsWith('alloc'))).toHaveLength(1)
      await removed(compute, id)
    }
  })
})

function told(error: unknown): string {
  if (!(error instanceof AmphoraBuildError)) return String(error)
  const { code, reason = '', message, cause } = error
  const isClear = reason === 'ironic/no-node'
  return `${code} ${reason}${isClear ? '' : ` ${message} ${String(cause)}`}`
}
