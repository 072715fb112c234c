import { createCompute, type Compute, type DriverBinding } from '@amphora/core'
import { openstackUp } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ironic } from '../../src/index.ts'
import { failure, missing } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`A real Ironic that stands alone${skipped}`, { timeout: 120_000 }, () => {
  let compute: Compute<{ readonly metal: DriverBinding }>
  const owner = `e${Date.now().toString(36)}`
  beforeAll(async () => {
    const { endpoints } = await openstackUp()
    const options = {
      auth: { type: 'none' as const },
      endpointOverride: { baremetal: endpoints['ironic-noauth'] },
      allowInsecureHttp: true,
      images: {
        haproxy: { source: 'https://images.example/haproxy.raw', checksum: 'd41d8cd98f00b204e9800998ecf8427e' },
      },
      addressOf: { 'alone-1': '192.0.2.11', 'alone-2': '192.0.2.12' },
    }
    compute = await createCompute({ owner, drivers: { metal: ironic(options) } })
  })
  afterAll(() => compute?.close())

  it('builds, tells the address that the options give, and deletes', async () => {
    const request = { name: `${owner}-a`, type: 'BareMetal', flavor: 'baremetal', imageId: 'haproxy' } as const
    const id = await compute.build(request)
    const amphora = await compute.waitFor(id, 'active')
    expect(['192.0.2.11', '192.0.2.12']).toContain(amphora.addresses[0]?.ip)
    expect(amphora.imageId).toBe('https://images.example/haproxy.raw')
    expect(await compute.build(request)).toBe(id)
    await compute.suspend(id)
    await compute.waitFor(id, 'suspended')
    await compute.resume(id)
    await compute.waitFor(id, 'active')
    for (const end = Date.now() + 30_000; ;) {
      const error = await compute.delete(id).catch((thrown: unknown) => thrown)
      if (error === undefined || Date.now() > end) break
    }
    await compute.waitFor(id, 'deleted')
  })

  it('has no networks', async () => {
    const networkIds = ['50bb70ba-d1d7-4b93-87b9-c59413e7096e']
    const request = {
      name: `${owner}-b`,
      type: 'BareMetal',
      flavor: 'baremetal',
      imageId: 'haproxy',
      networkIds,
    } as const
    expect(await failure(compute.build(request))).toMatchObject({ code: 'unsupported' })
  })
})
