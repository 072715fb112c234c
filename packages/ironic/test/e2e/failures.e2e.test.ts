import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraBuildError } from '@amphora/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { gateTo, type Fate } from '../gate.ts'
import { bare, failure, missing, openSite, removed, type IronicCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const FREE = { fail: '', delay: 0, lie: false, maintenance: false }

describe.skipIf(missing !== undefined)(
  `What fails on a real Ironic${skipped}`,
  () => {
    let site: Site
    let compute: IronicCompute
    /** Both spare nodes by name, and one of them alone. */
    const flavors = {
      spare: { resourceClass: 'spare' },
      second: { resourceClass: 'spare', candidateNodes: ['spare-2'] },
      silver: { resourceClass: 'baremetal', traits: ['CUSTOM_SILVER'] },
      none: { resourceClass: 'no-such-class' },
    }
    beforeAll(async () => {
      site = await openSite()
      compute = await site.connect({ flavors })
    })
    afterEach(async () => {
      for (const node of site.testbed.nodes.spare) await site.testbed.ironicNode(node, FREE)
      const ends: Promise<void>[] = []
      for await (const { id } of compute.list()) ends.push(removed(compute, id))
      await Promise.all(ends)
    })
    afterAll(() => site?.clear())

    const request = (name: string, flavor: string) => site.request(`${site.owner}-${name}`, { flavor })
    /** The name of the node that bears an amphora, and what it is at. */
    const seen = async (id: string): Promise<Record<string, unknown>> => ({ ...(await site.nodeOf(id)) })
    const left = async (): Promise<readonly string[]> =>
      (await site.inventory()).filter((item) => item.includes(site.owner))

    it('no node matches: the reservation is gone again', async () => {
      for (const [flavor, said] of [
        ['none', /resource class "no-such-class"/],
        ['silver', /CUSTOM_SILVER/],
      ] as const) {
        const error = await failure(compute.build(request('none', flavor)))
        expect(error).toBeInstanceOf(AmphoraBuildError)
        expect(error).toMatchObject({ code: 'resource-exhausted', reason: 'ironic/no-node', outcome: 'not-created' })
        expect(error.message).toMatch(said)
      }
      expect(await left()).toEqual([])
    })

    it('a node in maintenance is not taken', async () => {
      await site.testbed.ironicNode('spare-1', { maintenance: true })
      const id = await compute.build(request('maintained', 'spare'))
      expect(await seen(id)).toMatchObject({ name: 'spare-2' })
      const error = await failure(compute.build(request('maintained-too', 'spare')))
      expect(error).toMatchObject({ code: 'resource-exhausted', reason: 'ironic/no-node' })
    })

    it('a candidate that fails before its deployment is given back as it was, and the next one is taken', async () => {
      await using gate = await gateTo(site.testbed.endpoints.ironic)
      let hit = ''
      gate.judge = async ({ method, path, ids }): Promise<Fate> => {
        if (hit !== '' || method !== 'PUT' || !path.endsWith('/states/provision')) return 'pass'
        const node = await site.node(ids[0] ?? '')
        hit = String(node['name'])
        await site.testbed.ironicNode(hit, { maintenance: true })
        return 'pass'
      }
      const through = await site.connect({ flavors, endpointOverride: { baremetal: gate.url } })
      const id = await through.build(request('next', 'spare'))
      expect(site.testbed.nodes.spare).toContain(hit)
      const { name } = await seen(id)
      expect([String(name), hit].toSorted()).toEqual(['spare-1', 'spare-2'])
      expect(await site.node(hit)).toMatchObject({ instance_uuid: null, instance_info: {}, allocation_uuid: null })
      await compute.waitFor(id, 'active')
    })

    it('a node that a conductor has locked is a conflict to a delete, and free again afterwards', async () => {
      await site.testbed.ironicNode('spare-2', { delay: 6 })
      const id = await compute.build(request('locked', 'second'))
      expect((await compute.getAmphora({ id })).status.state).toBe('building')
      const quick = await site.connect({ flavors }, { timeouts: { delete: 3_000 } })
      const error = await failure(quick.delete(id))
      expect(['conflict', 'deadline-exceeded']).toContain(error['code'])
      expect(await seen(id)).toMatchObject({ provision_state: 'deploying' })
      await compute.waitFor(id, 'active')
      await site.testbed.ironicNode('spare-2', FREE)
      await removed(compute, id)
    })

    it('a deployment that fails is an error with its words, and the same build gives another machine of the name', async () => {
      await site.testbed.ironicNode('spare-1', { fail: 'deploy' })
      await site.testbed.ironicNode('spare-2', { maintenance: true })
      const order = request('broken', 'spare')
      const id = await compute.build(order)
      const ended = await failure(compute.waitFor(id, 'active'))
      expect(ended.message).toMatch(/error/)
      const { status } = await compute.getAmphora({ id })
      expect(status).toMatchObject({
        state: 'error',
        reason: 'ironic/deploy-failed',
        raw: expect.stringMatching(/^deploy failed/),
      })
      expect(status.fault).toMatch(/testbed|fail/i)

      await site.testbed.ironicNode('spare-2', { maintenance: false })
      const again = await compute.build(order)
      expect(again).not.toBe(id)
      await compute.waitFor(again, 'active')
      expect(await seen(again)).toMatchObject({ name: 'spare-2', provision_state: 'active' })
      await compute.waitFor(id, 'deleted')
      expect((await left()).filter((item) => item.startsWith('allocation'))).toHaveLength(1)
      // What failed has been undeployed, and its node is free again.
      await site.testbed.ironicNode('spare-1', FREE)
      await expect
        .poll(async () => (await site.node('spare-1'))['provision_state'], { timeout: 20_000 })
        .toBe('available')
    })

    it('what has failed to be deployed can be deleted', async () => {
      await site.testbed.ironicNode('spare-2', { fail: 'deploy' })
      const id = await compute.build(request('dead', 'second'))
      await failure(compute.waitFor(id, 'active'))
      await removed(compute, id)
      expect(await left()).toEqual([])
    })

    it('a tear-down that fails leaves an id that is gone, and a node for its operator', async () => {
      const id = await compute.build(request('stuck', 'second'))
      await compute.waitFor(id, 'active')
      await site.testbed.ironicNode('spare-2', { fail: 'tear_down' })
      await removed(compute, id)
      await expect.poll(async () => (await site.node('spare-2'))['provision_state']).toBe('error')
      expect(await left()).toEqual([])
      await site.testbed.ironicNode('spare-2', FREE)
      await site.testbed.openstack(['baremetal', 'node', 'undeploy', '--wait', '60', 'spare-2'], 'admin')
    })

    it('a power change that fails is told, and can be repeated', async () => {
      const id = await compute.build(request('power', 'second'))
      await compute.waitFor(id, 'active')
      await site.testbed.ironicNode('spare-2', { fail: 'power' })
      await compute.suspend(id)
      await expect
        .poll(async () => (await compute.getAmphora({ id })).status, { timeout: 30_000 })
        .toMatchObject({ state: 'error', reason: 'ironic/power-failed' })
      await site.testbed.ironicNode('spare-2', FREE)
      await repeated(() => compute.suspend(id))
      await compute.waitFor(id, 'suspended')
      await repeated(() => compute.resume(id))
      await compute.waitFor(id, 'active')
      expect((await compute.getAmphora({ id })).status).not.toHaveProperty('fault')
    })

    it('a conductor that is killed in mid-deploy leaves a failed deployment, which the same build replaces', async () => {
      await site.testbed.ironicNode('spare-2', { delay: 8 })
      const order = request('killed', 'second')
      const id = await compute.build(order)
      await expect.poll(async () => (await seen(id))['provision_state']).toBe('deploying')
      await site.testbed.kill('ironic')
      expect(await failure(compute.getAmphora({ id }))).toMatchObject({ code: 'unavailable' })
      await site.testbed.start('ironic')
      await site.testbed.ironicNode('spare-2', FREE)
      await expect
        .poll(async () => (await compute.getAmphora({ id })).status, { timeout: 60_000 })
        .toMatchObject({ state: 'error', reason: 'ironic/deploy-failed' })
      const again = await repeated(() => compute.build(order))
      await compute.waitFor(again, 'active')
      expect((await left()).filter((item) => item.startsWith('allocation'))).toHaveLength(1)
      expect(bare(again)).not.toBe(bare(id))
    })
  },
  180_000,
)

/** Once more where Ironic has the node locked just now. */
async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 60_000; ;) {
    try {
      return await work()
    } catch (error) {
      const { code } = error as { readonly code?: string }
      if (code !== 'conflict' || Date.now() > end) throw error
      await sleep(500)
    }
  }
}
