import { getEventListeners } from 'node:events'
import type { AmphoraComputeError, ReportedAmphora } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { testCall, type TestCall } from '@amphora/fake-openstack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bench, clear, failure, marked, plantOurs, unexpected, type Bench, type DriverOptions } from './driver.ts'
import type { FakeInstance } from './fake-nova.ts'
import { order } from './order.ts'
import { whenQuiet } from './quiet.ts'

let clock: ManualClock
let open: Bench
let call: TestCall

async function start(options: DriverOptions = {}, fake: Parameters<typeof bench>[1] = {}): Promise<void> {
  clock = createManualClock(Date.now())
  open = await bench(options, { clock, buildMs: 3_000, deleteMs: 500, ...fake })
  await open.driver.check(testCall())
  clear(open.cloud)
}
beforeEach(() => {
  call = testCall()
})
afterEach(async () => {
  call.abort()
  await open[Symbol.asyncDispose]()
})

const LIST = 'GET /v2.1/servers/detail'

/** A watch that is being consumed. */
class Watching {
  readonly seen: ReportedAmphora[] = []
  /** What ended it. */
  readonly end: Promise<unknown>
  readonly #waits: (() => void)[] = []

  constructor(pause: (amphora: ReportedAmphora) => Promise<void> = async () => {}) {
    this.end = failure(this.#consume(pause))
  }

  get words(): readonly string[] {
    return this.seen.map(({ name, status }) => `${name} ${status.state}`)
  }

  /** Resolves, with time going by, once this has been told. */
  until(word: string, mostMs?: number): Promise<void> {
    const told = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.words.includes(word)) resolve()
      }
      this.#waits.push(look)
      look()
    })
    return whenQuiet(clock, open.cloud, told, mostMs)
  }

  async #consume(pause: (amphora: ReportedAmphora) => Promise<void>): Promise<void> {
    for await (const amphora of open.driver.watch(call)) {
      this.seen.push(amphora)
      for (const look of this.#waits) look()
      await pause(amphora)
    }
  }
}

/** So long, as fast as everything can be answered. */
function pass(ms: number): Promise<void> {
  return whenQuiet(clock, open.cloud, clock.sleep(ms))
}

const listsOf = (): readonly URLSearchParams[] => open.cloud.server.requests(LIST).map(({ query }) => query)

describe('a watch', () => {
  it('tells what there is, and then each change once, to its end', async () => {
    await start({}, { buildMs: 10_000, deleteMs: 10_000 })
    plantOurs(open.cloud, 'old')
    const watching = new Watching()
    await watching.until('old active')
    const id = await open.driver.build(order({ nameIsFresh: true }), testCall())
    await watching.until('web-1 building')
    await watching.until('web-1 active')
    await open.driver.delete(id, testCall())
    await watching.until('web-1 deleting')
    await watching.until('web-1 deleted')
    await pass(20_000)
    expect(watching.words.filter((word) => !word.includes('building'))).toEqual([
      'old active',
      'web-1 active',
      'web-1 deleting',
      'web-1 deleted',
    ])
    expect(watching.seen.at(-1)).toEqual({
      id,
      name: 'web-1',
      type: 'VM',
      status: { state: 'deleted', raw: 'DELETED' },
      addresses: [],
    })
    expect(unexpected(open.cloud)).toEqual([])
  })

  it('begins with our own, and then asks for all that changed, since what is deleted has lost its tags', async () => {
    await start()
    const watching = new Watching()
    await pass(11_000)
    const [first, second] = listsOf()
    expect(Object.fromEntries(first ?? [])).toEqual({ tags: 'amphora:amphora', limit: '1000' })
    const since = second?.get('changes-since') ?? ''
    expect([...(second?.keys() ?? [])].sort()).toEqual(['changes-since', 'limit'])
    const asked = open.cloud.server.requests(LIST)[0]?.startedAt ?? 0
    expect(Math.floor(asked / 1000) * 1000 - Date.parse(since)).toBe(10_000)
    expect(watching.seen).toEqual([])
  })

  it('looks each second while something is under way, and every five while nothing is', async () => {
    await start({}, { buildMs: 30_000 })
    const watching = new Watching()
    await pass(1_000)
    clear(open.cloud)
    await pass(20_000)
    expect(listsOf().length).toBeGreaterThanOrEqual(3)
    expect(listsOf().length).toBeLessThanOrEqual(5)
    await open.driver.build(order({ nameIsFresh: true }), testCall())
    await watching.until('web-1 building')
    clear(open.cloud)
    await watching.until('web-1 active')
    expect(listsOf().length).toBeGreaterThanOrEqual(24)
    expect(listsOf().length).toBeLessThanOrEqual(32)
  })

  it('tells nothing of others, alive or deleted', async () => {
    await start()
    const others = [open.cloud.plant('other'), plantOurs(open.cloud, 'web-9', 'west')]
    const watching = new Watching()
    plantOurs(open.cloud, 'ours')
    await watching.until('ours active')
    for (const other of others) {
      open.cloud.force(other, 'SHUTOFF')
      await pass(6_000)
      open.cloud.remove(other)
    }
    await pass(20_000)
    expect(watching.words).toEqual(['ours active'])
  })

  it('tells the end of one that lives and dies between two looks', async () => {
    await start()
    const watching = new Watching()
    await pass(500)
    open.cloud.remove(plantOurs(open.cloud, 'short'))
    await watching.until('short deleted')
    expect(watching.words).toEqual(['short deleted'])
  })

  it('of a cloud that keeps what is deleted tells that it is deleted', async () => {
    await start({}, { softDelete: true })
    const kept = plantOurs(open.cloud, 'kept')
    kept.launchedAt = clock.now()
    const watching = new Watching()
    await watching.until('kept active')
    await open.driver.delete(kept.id, testCall())
    await watching.until('kept deleted')
    expect(kept.status).toBe('SOFT_DELETED')
  })

  it.each([18, 1])('sees what is deleted also of a Nova of 2.%i, which keeps no word of ours', async (maximum) => {
    await start({}, { maximum })
    const one = open.cloud.plant('old', { ...marked('old'), description: 'old' })
    const watching = new Watching()
    await watching.until('old active')
    open.cloud.remove(one)
    await watching.until('old deleted', 10_000)
    expect(watching.words).toEqual(['old active', 'old deleted'])
  })

  it('lists anew every five minutes, and so sees what no change told', async () => {
    await start()
    const [moved, lost] = [plantOurs(open.cloud, 'moved'), plantOurs(open.cloud, 'lost')]
    const watching = new Watching()
    await watching.until('lost active')
    await pass(20_000)
    const before = clock.monotonic()
    silently(moved, { vmState: 'stopped', powerState: 4 })
    silently(lost, { vmState: 'deleted', deletedAt: clock.now() })
    await watching.until('moved stopped', 400_000)
    await watching.until('lost deleted', 400_000)
    expect(clock.monotonic() - before).toBeGreaterThan(200_000)
    expect(watching.words).toHaveLength(4)
  })

  /** Without a trace in `updated_at`. */
  function silently(instance: FakeInstance, changes: Partial<FakeInstance>): void {
    Object.assign(instance, changes, { updatedAt: 0 })
  }

  it('reads its lists page by page', async () => {
    await start({ pageSize: 10 })
    for (let index = 0; index < 25; index += 1) plantOurs(open.cloud, `web-${index}`)
    const watching = new Watching()
    await watching.until('web-0 active')
    expect(new Set(watching.words).size).toBe(25)
    expect(listsOf()).toHaveLength(3)
  })

  it('takes as long as its consumer, and asks for nothing meanwhile', async () => {
    await start({ pageSize: 10 })
    for (let index = 0; index < 15; index += 1) plantOurs(open.cloud, `web-${index}`)
    let turns = 0
    const watching = new Watching(async () => {
      if ((turns += 1) === 10) await clock.sleep(120_000)
    })
    await pass(60_000)
    expect(listsOf()).toHaveLength(1)
    await watching.until('web-0 active')
    expect(watching.words).toHaveLength(15)
  })
})

describe('an outage', () => {
  it('is waited through, and what happened in it is told once', async () => {
    await start()
    const [one, two] = [plantOurs(open.cloud, 'web-1'), plantOurs(open.cloud, 'web-2')]
    const watching = new Watching()
    await watching.until('web-2 active')
    await watching.until('web-1 active')
    const down = await open.cloud.server.down()
    open.cloud.force(one, 'SHUTOFF')
    open.cloud.remove(two)
    await pass(8_000)
    await down[Symbol.asyncDispose]()
    await watching.until('web-1 stopped')
    await watching.until('web-2 deleted')
    await pass(20_000)
    expect([...watching.words].sort()).toEqual(['web-1 active', 'web-1 stopped', 'web-2 active', 'web-2 deleted'])
  })

  it('that lasts ends it after 10 s and never in silence', async () => {
    await start()
    plantOurs(open.cloud, 'web-1')
    const watching = new Watching()
    await watching.until('web-1 active')
    await open.cloud.server.down()
    const before = clock.monotonic()
    expect(await whenQuiet(clock, open.cloud, watching.end)).toMatchObject({ code: 'unavailable' })
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(10_000)
    expect(clock.monotonic() - before).toBeLessThan(20_000)
    expect(watching.words).toEqual(['web-1 active'])
  })

  it('in which Nova says nothing at all ends it too', async () => {
    await start()
    plantOurs(open.cloud, 'web-1')
    const watching = new Watching()
    await watching.until('web-1 active')
    await using _hang = await open.cloud.server.inject({ kind: 'hang', on: LIST })
    const before = clock.monotonic()
    expect(await whenQuiet(clock, open.cloud, watching.end)).toMatchObject({
      code: 'deadline-exceeded',
      reason: 'nova/watch-lost',
    })
    expect(clock.monotonic() - before).toBeLessThan(40_000)
  })

  it('that begins it ends it too', async () => {
    await start()
    await open.cloud.server.down()
    expect(await whenQuiet(clock, open.cloud, new Watching().end)).toMatchObject({ code: 'unavailable' })
  })

  it.each([
    ['of which one request tells', { kind: 'status', status: 503 }],
    ['of which a fault tells', { kind: 'status', status: 500 }],
    ['in which nonsense is said', { kind: 'malformed' }],
    ['in which an answer breaks off', { kind: 'cut-body' }],
    ['in which too much is asked of it', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ] as const)('%s is passed over', async (_what, fault) => {
    await start()
    const watching = new Watching()
    await pass(1_000)
    await using injected = await open.cloud.server.inject({ ...fault, on: LIST, times: 2 })
    plantOurs(open.cloud, 'web-1')
    await watching.until('web-1 active')
    expect(injected.hits).toBe(2)
  })

  it('on a later page loses nothing of that page', async () => {
    await start({ pageSize: 2 })
    const watching = new Watching()
    await pass(1_000)
    for (let index = 0; index < 5; index += 1) plantOurs(open.cloud, `web-${index}`)
    await using injected = await open.cloud.server.inject({
      kind: 'status',
      status: 503,
      on: ({ query }) => query.has('marker'),
      times: 8,
    })
    // In the time between the first page and a look that is whole, more than the overlap goes by.
    const ended = watching.until('web-0 active', 120_000)
    await ended
    expect(injected.hits).toBe(8)
    expect(new Set(watching.words).size).toBe(5)
  })

  it('of a cell ends it after a while: what is there is not known', async () => {
    await start()
    const one = plantOurs(open.cloud, 'web-1')
    const watching = new Watching()
    await watching.until('web-1 active')
    open.cloud.force(one, 'UNKNOWN')
    expect(await whenQuiet(clock, open.cloud, watching.end)).toMatchObject({ reason: 'nova/cell-down' })
    expect(watching.words).toEqual(['web-1 active'])
  })

  it('that trying again cannot end ends it at once', async () => {
    await start()
    const watching = new Watching()
    await pass(1_000)
    await using _fault = await open.cloud.server.inject({ kind: 'status', on: LIST, status: 403 })
    const before = clock.monotonic()
    expect(await whenQuiet(clock, open.cloud, watching.end)).toMatchObject({ code: 'permission-denied' })
    expect(clock.monotonic() - before).toBeLessThan(6_000)
  })
})

describe('the end of a watch', () => {
  it('comes with the signal, within 250 ms, also while nothing happens, and leaves no listener', async () => {
    await start()
    const watching = new Watching()
    await pass(1_000)
    const abortedAt = performance.now()
    call.abort()
    expect(((await watching.end) as AmphoraComputeError).code).toBe('cancelled')
    expect(performance.now() - abortedAt).toBeLessThan(250)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
    expect(clock.sleeping).toBe(0)
  })

  it('comes with the signal while Nova says nothing', async () => {
    await start()
    await using _hang = await open.cloud.server.inject({ kind: 'hang', on: LIST })
    const watching = new Watching()
    await open.cloud.server.seen(LIST)
    call.abort()
    expect(await watching.end).toMatchObject({ code: 'cancelled' })
    expect(clock.sleeping).toBe(0)
  })

  it('comes with its consumer', async () => {
    await start()
    plantOurs(open.cloud, 'web-1')
    for await (const { name } of open.driver.watch(call)) if (name === 'web-1') break
    expect(clock.sleeping).toBe(0)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })
})

describe('those who wait', () => {
  it('are 1 000 for one list a tick, and not one request each', { timeout: 30_000 }, async () => {
    await start()
    const compute = await open.compute()
    await whenQuiet(clock, open.cloud, compute.check())
    const planted = Array.from({ length: 1_000 }, (_, at) => plantOurs(open.cloud, `web-${at}`))
    for (const one of planted) {
      open.cloud.force(one, 'BUILD')
      one.updatedAt -= 60_000
    }
    clear(open.cloud)
    const waits = Promise.all(planted.map(({ id }) => compute.waitFor(`east/${id}`, 'active')))
    await pass(10_000)
    const ticks = listsOf().filter((query) => query.has('changes-since')).length
    expect(ticks).toBeGreaterThanOrEqual(8)
    expect(ticks).toBeLessThanOrEqual(11)
    // All of them, two pages each time: where the stream begins, for those who came to it, and once in ten ticks.
    expect(listsOf().length - ticks).toBeLessThanOrEqual(3 * 2)
    // Those who came before a list was worth it; and the names of the networks.
    expect(open.cloud.requests() - listsOf().length).toBeLessThanOrEqual(7 + 1)
    for (const one of planted) open.cloud.force(one, 'ACTIVE')
    const amphorae = await whenQuiet(clock, open.cloud, waits)
    expect(new Set(amphorae.map(({ id }) => id)).size).toBe(1_000)
  })
})
