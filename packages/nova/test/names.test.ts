import { AmphoraBuildError } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { testCall } from '@amphora/fake-openstack'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nova } from '../src/index.ts'
import {
  all,
  bench,
  clear,
  failure,
  marked,
  optionsFor,
  plantOurs,
  trail,
  unexpected,
  type Bench,
  type NovaDriver,
} from './driver.ts'
import { Logbook } from './logbook.ts'
import { FLAVOR, IMAGE, NETWORK, order } from './order.ts'
import { whenQuiet } from './quiet.ts'

let clock: ManualClock
let open: Bench
beforeEach(async () => {
  clock = createManualClock(Date.now())
  open = await bench({}, { clock, buildMs: 2_000, deleteMs: 300 })
  await open.driver.check(testCall())
  clear(open.cloud)
})
afterEach(() => open[Symbol.asyncDispose]())

const LOOK = 'nova GET /v2.1/servers/detail'
const CREATE = 'nova POST /v2.1/servers'
const request = { name: 'web-1', flavor: FLAVOR, imageId: IMAGE, networkIds: [NETWORK] } as const

function run<T>(work: Promise<T>): Promise<T> {
  return whenQuiet(clock, open.cloud, work)
}

/** A driver of another process, logged in. */
async function another(): Promise<NovaDriver> {
  const driver = open.connect()
  await driver.check(testCall())
  clear(open.cloud)
  return driver
}

const live = (): readonly string[] => open.cloud.servers().map(({ id }) => id)

describe('requests at the socket', () => {
  it("of a build under a caller's name are a look, a create and a look", async () => {
    const id = await run(open.driver.build(order(), testCall()))
    expect(trail(open.cloud)).toEqual([LOOK, CREATE, LOOK])
    expect(live()).toEqual([id])
  })

  it('of a build under a fresh name are the create alone', async () => {
    await run(open.driver.build(order({ nameIsFresh: true }), testCall()))
    expect(trail(open.cloud)).toEqual([CREATE])
  })

  it('of the first build of a binding are a login and a version document more', async () => {
    const driver = open.connect()
    await run(driver.build(order({ nameIsFresh: true }), testCall()))
    expect(trail(open.cloud)).toEqual(['keystone POST /v3/auth/tokens', 'nova GET /v2.1/', CREATE])
  })

  it.each([false, true])(
    'of the same build again in one process are one look (fresh before: %s)',
    async (nameIsFresh) => {
      const id = await run(open.driver.build(order({ nameIsFresh }), testCall()))
      clear(open.cloud)
      expect(await run(open.driver.build(order(), testCall()))).toBe(id)
      expect(trail(open.cloud)).toEqual([LOOK])
    },
  )

  it('of the same build in a new process are one look at a server that has stood for more than 20 s', async () => {
    const id = await run(open.driver.build(order(), testCall()))
    const driver = await another()
    await clock.advance(21_000)
    expect(await run(driver.build(order(), testCall()))).toBe(id)
    expect(trail(open.cloud)).toEqual([LOOK])
  })

  it('of the same build in a new process are two looks, 5 s apart, at one that is younger', async () => {
    const id = await run(open.driver.build(order(), testCall()))
    const driver = await another()
    const before = clock.monotonic()
    expect(await run(driver.build(order(), testCall()))).toBe(id)
    expect(trail(open.cloud)).toEqual([LOOK, LOOK])
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(5_000)
  })

  it('of two builds of one name at once in one Compute are those of one', async () => {
    const compute = await open.compute()
    await run(compute.check())
    clear(open.cloud)
    const ids = await run(Promise.all([compute.build(request), compute.build(request)]))
    expect(new Set(ids).size).toBe(1)
    expect(trail(open.cloud)).toEqual([LOOK, CREATE, LOOK])
  })
})

describe('a name that is taken', () => {
  it('by another order is refused, and the first is left alone', async () => {
    const id = await run(open.driver.build(order(), testCall()))
    for (const driver of [open.driver, await another()]) {
      const error = await failure(run(driver.build(order({ fingerprint: 'v1:two' }), testCall())))
      expect(error).toBeInstanceOf(AmphoraBuildError)
      expect(error).toMatchObject({ code: 'already-exists', reason: 'nova/other-order', outcome: 'not-created' })
    }
    expect(live()).toEqual([id])
  })

  it.each([
    ['of another owner', 'web-1', marked('web-1', 'west')],
    ['without any mark', 'web-1', {}],
    ['with our marks and another name in them', 'web-1', marked('web-2')],
    ['whose name differs in case', 'WEB-1', {}],
    ['whose name only begins with it', 'web-11', marked('web-11')],
  ])('by a server %s is free for us, and that server stays as it is', async (_what, name, planted) => {
    const foreign = open.cloud.plant(name, planted)
    const before = foreign.updatedAt
    const id = await run(open.driver.build(order(), testCall()))
    expect(live()).toEqual([foreign.id, id])
    expect([foreign.status, foreign.updatedAt, foreign.metadata]).toEqual(['ACTIVE', before, planted.metadata ?? {}])
    expect((await open.driver.find('web-1', testCall())).map((one) => one.id)).toEqual([id])
  })

  it('by one that is being deleted is free', async () => {
    const dying = plantOurs(open.cloud, 'web-1')
    open.cloud.force(dying, 'ACTIVE', 'deleting')
    const id = await run(open.driver.build(order(), testCall()))
    expect(id).not.toBe(dying.id)
    expect(trail(open.cloud)).toEqual([LOOK, CREATE, LOOK])
  })

  it.each(['SHUTOFF', 'ERROR', 'SUSPENDED', 'PAUSED', 'BUILD'])(
    'by one of the same order that is %s gives its id, and leaves it alone',
    async (status) => {
      const there = plantOurs(open.cloud, 'web-1')
      open.cloud.force(there, status)
      await clock.advance(21_000)
      expect(await run(open.driver.build(order(), testCall()))).toBe(there.id)
      expect(trail(open.cloud)).toEqual([LOOK])
      expect(there.status).toBe(status)
    },
  )

  it('is looked for as a whole, with all that a pattern could mean made harmless', async () => {
    await run(open.driver.build(order({ name: 'a.b_c-1' }), testCall()))
    const [look] = open.cloud.server.requests('GET /v2.1/servers/detail')
    expect(Object.fromEntries(look?.query ?? [])).toEqual({ name: '^a.b_c-1$', limit: '1000' })
    plantOurs(open.cloud, 'aXb_c-1')
    expect(await open.driver.find('a.b_c-1', testCall())).toHaveLength(1)
    expect(unexpected(open.cloud)).toEqual([])
  })
})

describe('an outage around a create', () => {
  it('before it makes nothing', async () => {
    await using _fault = await open.cloud.server.inject({ kind: 'status', on: 'GET /v2.1/servers/detail', status: 503 })
    expect(await failure(run(open.driver.build(order(), testCall())))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-created',
    })
    expect(open.cloud.server.count('POST /v2.1/servers')).toBe(0)
  })

  it('after it leaves the build in doubt, and the same build again gives the one server', async () => {
    const after = { count: 0 }
    await using fault = await open.cloud.server.inject({
      kind: 'status',
      status: 503,
      on: ({ template }) => template === 'GET /v2.1/servers/detail' && (after.count += 1) === 2,
    })
    expect(await failure(run(open.driver.build(order(), testCall())))).toMatchObject({
      code: 'unavailable',
      outcome: 'in-doubt',
    })
    expect(fault.hits).toBe(1)
    const [id] = live()
    expect(await run(open.driver.build(order(), testCall()))).toBe(id)
    expect(live()).toEqual([id])
  })

  it('of the process itself, between create and look, leaves one server for the next who asks', async () => {
    const looks = { count: 0 }
    await using _hang = await open.cloud.server.inject({
      kind: 'hang',
      times: 1,
      on: ({ template }) => template === 'GET /v2.1/servers/detail' && (looks.count += 1) === 2,
    })
    const call = testCall()
    const dying = failure(open.driver.build(order(), call))
    await open.cloud.server.seen('GET /v2.1/servers/detail', 2)
    call.abort()
    expect(await dying).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    const [id] = live()
    const driver = await another()
    expect(await run(driver.build(order(), testCall()))).toBe(id)
    expect(live()).toEqual([id])
  })

  it('of one cell proves nothing: nothing is built while a record does not tell whose it is', async () => {
    const there = plantOurs(open.cloud, 'web-1')
    there.cellIsDown = true
    open.cloud.force(there, 'UNKNOWN')
    expect(await failure(run(open.driver.build(order(), testCall())))).toMatchObject({
      code: 'unavailable',
      reason: 'nova/cell-down',
      outcome: 'not-created',
    })
    expect(open.cloud.server.count('POST /v2.1/servers')).toBe(0)
  })
})

describe('a create whose answer is lost', () => {
  it.each([
    ['that was carried out', { kind: 'lose-response' }],
    ['that was not', { kind: 'reset-before' }],
    ['that is carried out 10 s later', { kind: 'act-late', afterMs: 10_000 }],
    ['that was carried out, and answered by a gateway', { kind: 'status', status: 504, act: true }],
    ['that was carried out, and answered with nonsense', { kind: 'malformed' }],
    ['that was carried out, and answered with nothing', { kind: 'empty' }],
  ] as const)('and %s makes one server', async (_what, fault) => {
    const compute = await open.compute()
    await run(compute.check())
    await using lost = await open.cloud.server.inject({ ...fault, on: 'POST /v2.1/servers', times: 1 })
    const id = await run(compute.build(request))
    expect(lost.hits).toBe(1)
    await run(open.cloud.settle())
    expect(live().map((one) => `east/${one}`)).toEqual([id])
    expect(await run(all(compute.list()))).toHaveLength(1)
  })

  it('is sent again only once Nova can no longer act on it', async () => {
    const compute = await open.compute()
    await run(compute.check())
    await using _lost = await open.cloud.server.inject({ kind: 'reset-before', on: 'POST /v2.1/servers', times: 1 })
    await run(compute.build(request))
    const [first, second] = open.cloud.server.requests('POST /v2.1/servers')
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(30_000)
  })

  it('is sent again after as long as the options say', async () => {
    const settleMs = 3_000
    expect(nova(optionsFor(open.cloud, { settleMs })).settleMs).toBe(settleMs)
    expect(nova(optionsFor(open.cloud)).settleMs).toBe(30_000)
    const compute = await open.compute({ settleMs })
    await run(compute.check())
    await using _lost = await open.cloud.server.inject({ kind: 'reset-before', on: 'POST /v2.1/servers', times: 1 })
    await run(compute.build(request))
    const [first, second] = open.cloud.server.requests('POST /v2.1/servers')
    const between = (second?.startedAt ?? 0) - (first?.startedAt ?? 0)
    expect(between).toBeGreaterThanOrEqual(settleMs)
    expect(between).toBeLessThan(10_000)
  })

  it('and that is carried out after the window makes a surplus, which find and list report and a repeat passes over', async () => {
    const logger = new Logbook()
    const compute = await open.compute({}, { logger })
    await run(compute.check())
    await using _late = await open.cloud.server.inject({
      kind: 'act-late',
      on: 'POST /v2.1/servers',
      afterMs: 45_000,
      times: 1,
    })
    const id = await run(compute.build(request))
    expect(live().map((one) => `east/${one}`)).toEqual([id])
    await clock.advance(30_000)
    await run(open.cloud.server.idle())
    expect(live()).toHaveLength(2)

    expect((await open.driver.find('web-1', testCall())).map((one) => one.id).sort()).toEqual([...live()].sort())
    expect((await run(all(compute.list()))).map(({ name }) => name)).toEqual(['web-1', 'web-1'])
    expect(await failure(run(compute.getAmphora({ name: 'web-1' })))).toMatchObject({ code: 'failed-precondition' })
    expect(logger.lines.join('\n')).toContain('nova/duplicate-name')

    const driver = await another()
    expect(`east/${await run(driver.build(order({ fingerprint: fingerprint() }), testCall()))}`).toBe(id)
    expect(live()).toHaveLength(2)
    expect(open.cloud.server.count('DELETE /v2.1/servers/{id}')).toBe(0)
  })

  function fingerprint(): string {
    return open.cloud.named('web-1')?.metadata['amphora_fingerprint'] ?? ''
  }
})

describe('eight controllers that build one name at once', () => {
  it('end with one id and one server, and each deletes only its own', async () => {
    const computes = await Promise.all(Array.from({ length: 8 }, () => open.compute()))
    await run(Promise.all(computes.map((compute) => compute.check())))
    clear(open.cloud)
    const ids = await run(Promise.all(computes.map((compute) => compute.build(request))))
    expect(new Set(ids).size).toBe(1)
    await run(open.cloud.settle())
    expect(live().map((one) => `east/${one}`)).toEqual([...new Set(ids)])
    const made = open.cloud.server.count('POST /v2.1/servers')
    expect(made).toBeGreaterThan(1)
    const deleted = open.cloud.server.requests('DELETE /v2.1/servers/{id}').map(({ params }) => params['id'])
    expect(deleted).toHaveLength(made - 1)
    expect(new Set(deleted).size).toBe(made - 1)
  })
})

describe('a server that was one too many', () => {
  it('and cannot be taken back leaves the build in doubt', async () => {
    await using _fault = await open.cloud.server.inject({
      kind: 'status',
      status: 503,
      on: ({ template }) => {
        if (template === 'POST /v2.1/servers') plantOurs(open.cloud, 'web-1')
        return template === 'DELETE /v2.1/servers/{id}'
      },
    })
    const error = await failure(run(open.driver.build(order(), testCall())))
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'in-doubt' })
    expect(trail(open.cloud)).toEqual([LOOK, CREATE, LOOK, 'nova DELETE /v2.1/servers/{id}'])
  })

  it('of our own is taken back, and what is left is not forgotten in an outage', async () => {
    let looks = 0
    await using _fault = await open.cloud.server.inject({
      kind: 'status',
      status: 503,
      on: ({ template }) => {
        if (template !== 'GET /v2.1/servers/detail') return false
        looks += 1
        // What an earlier create of this process made, of which no answer came.
        const [kept] = open.cloud.servers()
        if (looks === 2) open.cloud.plant('web-1', { ...marked('web-1'), metadata: kept?.metadata ?? {} })
        return looks > 2
      },
    })
    expect(await failure(run(open.driver.build(order(), testCall())))).toMatchObject({
      code: 'unavailable',
      outcome: 'in-doubt',
    })
    await run(open.cloud.settle())
    expect(live()).toHaveLength(1)
    expect(trail(open.cloud)).toEqual([LOOK, CREATE, LOOK, 'nova DELETE /v2.1/servers/{id}', LOOK])
  })

  it('is taken back, and the other is adopted once it has kept the name', async () => {
    let other: string | undefined
    await using _never = await open.cloud.server.inject({
      kind: 'reset-before',
      on: ({ template }) => {
        if (template === 'POST /v2.1/servers') other ??= plantOurs(open.cloud, 'web-1').id
        return false
      },
    })
    const logbook = new Logbook()
    expect(await run(open.driver.build(order(), testCall({ logger: logbook })))).toBe(other)
    await run(open.cloud.settle())
    expect(live()).toEqual([other])
    expect(logbook.lines.join('\n')).toContain('nova/name-race')
  })
})

it('builders that come and die at any time leave no second id', async () => {
  const builder = fc.record({ at: fc.integer({ min: 0, max: 12_000 }), dies: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(builder, { minLength: 2, maxLength: 4 }), fc.nat(), async (builders, seed) => {
      const name = `web-${seed}-${clock.monotonic()}`
      const drivers = await Promise.all(builders.map(() => another()))
      const ends = builders.map(async ({ at, dies }, index) => {
        await clock.sleep(at)
        const call = testCall()
        const building = drivers[index]?.build(order({ name }), call)
        if (dies) clock.alarm(50, () => call.abort())
        return building
      })
      const settled = await run(Promise.allSettled(ends))
      const repeated = await run((await another()).build(order({ name }), testCall()))
      const given = settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
      expect(new Set([...given, repeated])).toEqual(new Set([repeated]))
      expect(open.cloud.servers().map(({ id }) => id)).toContain(repeated)
    }),
    { numRuns: 12 },
  )
})
