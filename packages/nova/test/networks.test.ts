import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { all, bench, failure, plantOurs, type Bench } from './driver.ts'
import { NETWORK, order } from './order.ts'
import { whenQuiet } from './quiet.ts'

let clock: ManualClock
let open: Bench
let id: string
beforeEach(async () => {
  clock = createManualClock(Date.now())
  open = await bench({}, { clock })
  id = await open.driver.build(order({ nameIsFresh: true }), testCall())
  await open.cloud.settle()
  open.cloud.neutron.server.clear()
})
afterEach(() => open[Symbol.asyncDispose]())

const asked = (): number => open.cloud.neutron.server.count('GET /v2.0/networks')

async function networkId(): Promise<string | undefined> {
  const { addresses } = await whenQuiet(clock, open.cloud, open.driver.getAmphora(id, testCall()))
  return addresses[0]?.networkId
}

describe('the names of networks', () => {
  it('are asked for once, however many want them at once, in whatever verb', async () => {
    plantOurs(open.cloud, 'web-2')
    await Promise.all([
      ...Array.from({ length: 20 }, () => open.driver.getAmphora(id, testCall())),
      open.driver.find('web-1', testCall()),
      all(open.driver.list(testCall())),
    ])
    expect(asked()).toBe(1)
    const [request] = open.cloud.neutron.server.requests()
    expect(request?.query.getAll('fields')).toEqual(['id', 'name'])
  })

  it('are kept for ten minutes', async () => {
    expect(await networkId()).toBe(NETWORK)
    await clock.advance(599_000)
    expect(await networkId()).toBe(NETWORK)
    expect(asked()).toBe(1)
    await clock.advance(2_000)
    expect(await networkId()).toBe(NETWORK)
    expect(asked()).toBe(2)
  })

  it('are not asked for where there is nothing to name', async () => {
    await open.driver.find('web-9', testCall())
    await open.driver.status(id, testCall())
    expect(asked()).toBe(0)
  })

  it.each([
    ['is away', { kind: 'status', status: 503 }],
    ['breaks off', { kind: 'cut-body' }],
    ['answers with nonsense', { kind: 'wrong-shape', json: [] }],
    ['does not let us in', { kind: 'status', status: 403 }],
  ] as const)('are missing while Neutron %s, and nothing else is', async (_what, fault) => {
    const injected = await open.cloud.neutron.server.inject({ ...fault })
    expect(await networkId()).toBeUndefined()
    expect(await networkId()).toBeUndefined()
    expect(asked()).toBe(1)
    await injected.dispose()
    await clock.advance(10_001)
    expect(await networkId()).toBe(NETWORK)
    expect(asked()).toBe(2)
  })

  it('hold nobody up for more than 2 s where Neutron hangs', async () => {
    await using _hang = await open.cloud.neutron.server.inject({ kind: 'hang' })
    const before = clock.monotonic()
    expect(await networkId()).toBeUndefined()
    expect(clock.monotonic() - before).toBeLessThanOrEqual(2_200)
    expect(await networkId()).toBeUndefined()
    expect(clock.monotonic() - before).toBeLessThanOrEqual(2_400)
    expect(asked()).toBe(1)
  })

  it('let go with the signal, which is no failure of Neutron', async () => {
    const hang = await open.cloud.neutron.server.inject({ kind: 'hang' })
    const call = testCall()
    const ended = failure(open.driver.getAmphora(id, call))
    await open.cloud.neutron.server.seen('GET /v2.0/networks')
    call.abort()
    expect(await ended).toMatchObject({ code: 'cancelled' })
    await hang.dispose()
    expect(await networkId()).toBe(NETWORK)
    expect(clock.sleeping).toBe(0)
  })
})
