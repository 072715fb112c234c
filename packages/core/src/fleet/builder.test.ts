import { channel } from 'node:diagnostics_channel'
import { Readable } from 'node:stream'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  computeOver,
  deaf,
  fails,
  hangs,
  loses,
  refused,
  rejection,
  settled,
  Toy,
  type Behaviour,
} from '../../test/toy.ts'
import { AmphoraBuildError, AmphoraComputeError, InvalidRequestError, NotImplementedError } from '../index.ts'
import type { ComputeEvent } from '../index.ts'
import { createManualClock } from '../testing/index.ts'

const WINDOW = 30_000
const clock = createManualClock()
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
})

/** A backend without unique names, as Nova: only looking tells what exists. */
function looseToy(): Toy {
  const toy = new Toy()
  toy.uniqueNames = false
  return toy
}
const settling = { clock, breaker: false, definition: { settleMs: WINDOW } } as const

function reaped(): { readonly events: ComputeEvent[]; readonly stop: () => void } {
  const events: ComputeEvent[] = []
  const listen = (event: unknown): void =>
    void ((event as ComputeEvent).kind === 'reaped' && events.push(event as never))
  channel('amphora.event').subscribe(listen)
  return { events, stop: () => channel('amphora.event').unsubscribe(listen) }
}

describe('a build', () => {
  it('gives a routable id as soon as the driver has accepted, with a fresh name where none is given', async () => {
    const toy = new Toy()
    toy.initial = { state: 'building', raw: 'BUILD' }
    const compute = await computeOver(toy)
    expect(await compute.build({ imageId: 'u' })).toBe('east/i1')
    const [order] = toy.orders
    expect(order).toMatchObject({
      nameIsFresh: true,
      type: 'VM',
      imageId: 'u',
      keys: [],
      files: [],
      userData: undefined,
    })
    expect(order?.name).toMatch(/^amphora-[0-9a-f-]{36}$/)
    expect(order?.fingerprint).toMatch(/^v1:[0-9a-f]{64}$/)
    expect(Object.isFrozen(order)).toBe(true)
  })

  it('reads its contents once, however often it is sent', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.next('build', fails('unavailable'), refused)
    const content = Readable.from(['#cloud-', 'config'])
    await clock.runUntil(compute.build({ name: 'a', userData: content, configDriveFiles: { '/a': 'A' } }))
    expect(toy.count('build')).toBe(3)
    expect(Buffer.from(toy.orders[0]?.userData ?? []).toString()).toBe('#cloud-config')
  })

  it('is refused before anything is sent where the request breaks rules or the driver lacks a field', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { definition: { capabilities: { types: ['VM'] } } })
    const broken = await rejection(compute.build({ name: '!', imageId: 'x' }))
    expect(broken).toBeInstanceOf(InvalidRequestError)
    const lacking = await rejection(compute.build({ name: 'a', imageId: 'x' }))
    expect(lacking).toBeInstanceOf(NotImplementedError)
    expect(lacking.message).toContain('imageId')
    expect(toy.calls).toEqual([])
  })

  it('is refused where these options of the driver cannot do it', async () => {
    const toy = new Toy()
    const refuse = (): readonly string[] => ['flavor.storageGiB needs storageQuota', 'and more']
    const compute = await computeOver(toy, { definition: { driver: { refuse } } })
    const error = await rejection(compute.build({ name: 'a' }))
    expect(error).toBeInstanceOf(NotImplementedError)
    expect(error.message).toBe('Cannot build "a" on "east": flavor.storageGiB needs storageQuota; and more')
    expect(toy.calls).toEqual([])
  })

  it('keeps what a driver refuses by rule as what it is', async () => {
    const toy = new Toy()
    toy.next('build', async () => {
      throw new InvalidRequestError(['networkIds names one network twice'])
    })
    const compute = await computeOver(toy)
    const error = await rejection(compute.build({ name: 'a' }))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(error['problems']).toEqual(['networkIds names one network twice'])
  })

  it('is stopped by its deadline while a stream that never ends is read', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    const stalled = new Readable({ read: () => {} })
    const error = await clock.runUntil(rejection(compute.build({ name: 'a', userData: stalled })))
    expect(error).toMatchObject({ code: 'deadline-exceeded', outcome: 'not-created', amphoraName: 'a' })
    expect(stalled.destroyed).toBe(true)
  })

  it('is in doubt where the driver answers without an id', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.always('build', async () => '')
    const error = await clock.runUntil(rejection(compute.build({ name: 'a' })))
    expect(error).toMatchObject({ code: 'internal', outcome: 'in-doubt' })
  })
})

describe('what a failed build says', () => {
  const outcome = async (...behaviours: Behaviour[]): Promise<Record<string, unknown>> => {
    const toy = new Toy()
    toy.next('build', ...behaviours)
    const compute = await computeOver(toy, { clock, breaker: false })
    const error = await clock.runUntil(rejection(compute.build({ name: 'a' })))
    expect(error).toBeInstanceOf(AmphoraBuildError)
    const { code, amphoraId, amphoraName, outcome: left } = error
    return { code, amphoraId, amphoraName, outcome: left, sent: toy.count('build') }
  }
  const four = (behaviour: Behaviour): Behaviour[] => [behaviour, behaviour, behaviour, behaviour]

  it('not-created after a definite answer', async () => {
    const expected = { code: 'not-found', amphoraName: 'a', outcome: 'not-created', sent: 1 }
    expect(await outcome(fails('not-found'))).toMatchObject(expected)
  })

  it('not-created where nothing was ever sent', async () => {
    expect(await outcome(...four(refused))).toMatchObject({ code: 'unavailable', outcome: 'not-created', sent: 4 })
  })

  it('created-then-failed with its routable id where the driver knows it', async () => {
    const failing: Behaviour = async () => {
      throw new AmphoraBuildError('half', { code: 'conflict', outcome: 'created-then-failed', amphoraId: 'h1' })
    }
    expect(await outcome(...four(failing))).toMatchObject({ outcome: 'created-then-failed', amphoraId: 'east/h1' })
  })

  it('in-doubt where an answer was lost, also where what followed was refused', async () => {
    expect(await outcome(...four(fails('unavailable')))).toMatchObject({ outcome: 'in-doubt', sent: 4 })
    expect(await outcome(fails('unavailable'), fails('permission-denied'))).toMatchObject({
      code: 'permission-denied',
      outcome: 'in-doubt',
      sent: 2,
    })
  })

  it('not-created after doubt where the name turned out to be taken by another order', async () => {
    expect(await outcome(fails('unavailable'), fails('already-exists'))).toMatchObject({ outcome: 'not-created' })
  })

  it('in-doubt and no more than two attempts where the answers cannot be read', async () => {
    expect(await outcome(...four(fails('internal')))).toMatchObject({ code: 'internal', outcome: 'in-doubt', sent: 2 })
    expect(await outcome(...four(fails('unknown')))).toMatchObject({ code: 'unknown', outcome: 'in-doubt', sent: 2 })
  })

  it('the name that core made, so that the build can be repeated', async () => {
    const toy = new Toy()
    toy.always('build', fails('invalid-argument'))
    const compute = await computeOver(toy)
    const error = await rejection(compute.build({}))
    expect(error.amphoraName).toMatch(/^amphora-/)
  })
})

describe('after doubt', () => {
  it('one lost answer never fails a build, and never makes a second instance', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.next('build', loses)
    expect(await clock.runUntil(compute.build({}))).toBe('east/i1')
    expect(toy.instances.size).toBe(1)
    expect(toy.orders.map((order) => order.nameIsFresh)).toEqual([true, false])
  })

  it.each([
    ['at once', 0],
    ['late in the window', WINDOW - 1_000],
  ])('adopts what a backend without unique names did %s', async (_when, lateMs) => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', async (act) => {
      void clock.sleep(lateMs).then(act)
      throw new AmphoraComputeError('reset', { code: 'unavailable' })
    })
    expect(await clock.runUntil(compute.build({ name: 'a' }))).toBe('east/i1')
    expect(toy.instances.size).toBe(1)
    expect(toy.count('build')).toBe(2)
    expect(toy.orders.at(-1)?.nameIsFresh).toBe(false)
  })

  it('sends nothing before the window is over, and then once more', async () => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', fails('unavailable'))
    const building = compute.build({ name: 'a' })
    await clock.advance(WINDOW - 1)
    expect(toy.count('build')).toBe(1)
    expect(toy.count('find')).toBeGreaterThan(5)
    await clock.runUntil(building)
    expect(toy.count('build')).toBe(2)
    expect(toy.instances.size).toBe(1)
  })

  it('an outage while looking is no absence: it goes on looking until the window is over', async () => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', fails('unavailable'))
    toy.always('find', fails('unavailable'))
    const building = compute.build({ name: 'a' })
    await clock.advance(WINDOW - 1)
    expect(toy.count('build')).toBe(1)
    await expect(clock.runUntil(building)).resolves.toBe('east/i1')
  })

  it('rejects in doubt where the deadline comes first, and leaves what the caller may repeat', async () => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', fails('unavailable'))
    const error = await clock.runUntil(rejection(compute.build({ name: 'a' }, { timeoutMs: 10_000 })))
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'in-doubt' })
    expect(toy.count('build')).toBe(1)
  })

  it('a hung attempt ends after 20 s, and the window and another attempt fit into the default minute', async () => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', hangs)
    const began = clock.monotonic()
    await clock.runUntil(compute.build({ name: 'a' }))
    expect(clock.monotonic() - began).toBe(20_000 + WINDOW)
  })
})

describe('one name at once', () => {
  it('is one flight for the same order, and a conflict for another', async () => {
    const toy = new Toy()
    let go: () => void = () => {}
    toy.next('build', async (act) => {
      await new Promise<void>((resolve) => (go = resolve))
      return act()
    })
    const compute = await computeOver(toy)
    const same = Array.from({ length: 10 }, () => compute.build({ name: 'a', imageId: 'i' }))
    const other = rejection(compute.build({ name: 'a', imageId: 'other' }))
    expect(await other).toMatchObject({ code: 'already-exists', outcome: 'not-created' })
    go()
    expect(new Set(await Promise.all(same))).toEqual(new Set(['east/i1']))
    expect(toy.count('build')).toBe(1)
    await compute.build({ name: 'a', imageId: 'i' })
    expect(toy.count('build')).toBe(2)
  })

  it('goes on while one waiter is left, and stops with the last', async () => {
    const toy = new Toy()
    let stopped: unknown
    toy.next('build', async (act, call) => {
      call.signal.addEventListener('abort', () => (stopped = call.signal.reason))
      return hangs(act, call)
    })
    const compute = await computeOver(toy)
    const [first, second] = [new AbortController(), new AbortController()]
    const a = rejection(compute.build({ name: 'a' }, { signal: first.signal }))
    await settled()
    const b = rejection(compute.build({ name: 'a' }, { signal: second.signal }))
    await settled()
    first.abort()
    expect(await a).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    expect(stopped).toBeUndefined()
    second.abort()
    expect(await b).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    expect(stopped).toMatchObject({ code: 'cancelled' })
  })

  it('lives as long as its most patient waiter', async () => {
    const toy = new Toy()
    toy.always('build', hangs)
    const compute = await computeOver(toy, { clock, breaker: false })
    const began = clock.monotonic()
    const ends: number[] = []
    const wait = async (timeoutMs: number): Promise<void> => {
      await rejection(compute.build({ name: 'a' }, { timeoutMs }))
      ends.push(clock.monotonic() - began)
    }
    await clock.runUntil(Promise.all([wait(1_000), wait(3_000)]))
    expect(ends).toEqual([1_000, 3_000])
    expect(toy.count('build')).toBe(1)
  })

  it('holds the default deadlines of all its waiters during a long step, also of who comes during it', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    let pulled: (value: unknown) => void = () => {}
    toy.next('build', (act, call) =>
      call.longStep(600_000, () => new Promise((resolve) => (pulled = resolve))).then(act),
    )
    const first = compute.build({ name: 'a' })
    await settled()
    const second = compute.build({ name: 'a' })
    const hurried = rejection(compute.build({ name: 'a' }, { timeoutMs: 1_000 }))
    await clock.advance(300_000)
    expect(await hurried).toMatchObject({ code: 'deadline-exceeded' })
    pulled(undefined)
    expect(await clock.runUntil(Promise.all([first, second]))).toEqual(['east/i1', 'east/i1'])
  })
})

describe('a build whose caller has gone', () => {
  const abandoned = async (
    toy: Toy,
    request: { readonly name?: string },
    behaviour: Behaviour,
    options: Parameters<typeof computeOver>[1] = {},
  ): Promise<Awaited<ReturnType<typeof computeOver>>> => {
    const compute = await computeOver(toy, options)
    toy.next('build', behaviour)
    const stop = new AbortController()
    const building = rejection(compute.build(request, { signal: stop.signal }))
    await settled()
    stop.abort()
    const ended = options.clock === undefined ? await building : await clock.runUntil(building)
    expect(ended).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    return compute
  }

  it('is reaped where core made the name and the id arrives late', async () => {
    const { events, stop } = reaped()
    const toy = new Toy()
    let arrive: () => void = () => {}
    await abandoned(toy, {}, async (act) => {
      await new Promise<void>((resolve) => (arrive = resolve))
      return act()
    })
    expect(toy.instances.size).toBe(0)
    arrive()
    await settled()
    expect(toy.instances.size).toBe(0)
    expect(toy.count('delete')).toBe(1)
    expect(events).toEqual([{ kind: 'reaped', driver: 'east', amphoraId: 'east/i1', code: 'cancelled' }])
    stop()
  })

  it('is reaped where core made the name and the driver left it in doubt', async () => {
    const toy = new Toy()
    await abandoned(toy, {}, async (act, call) => {
      await act()
      return hangs(act, call)
    })
    await settled()
    expect(toy.instances.size).toBe(0)
  })

  it('is looked for until the settle window is over', async () => {
    const toy = looseToy()
    await abandoned(
      toy,
      {},
      async (act, call) => {
        void clock.sleep(WINDOW - 5_000).then(act)
        return hangs(act, call)
      },
      settling,
    )
    await clock.advance(WINDOW + 1_000)
    expect(toy.orders).toHaveLength(1)
    expect(toy.instances.size).toBe(0)
  })

  it('stays where the name came from the caller: its repeat is entitled to it', async () => {
    const toy = new Toy()
    let arrive: () => void = () => {}
    const compute = await abandoned(toy, { name: 'mine' }, async (act) => {
      await new Promise<void>((resolve) => (arrive = resolve))
      return act()
    })
    arrive()
    await settled()
    expect(toy.count('delete')).toBe(0)
    expect(await compute.build({ name: 'mine' })).toBe('east/i1')
  })

  it('is spared where the caller repeats it under the name that the error told', async () => {
    const toy = looseToy()
    const compute = await computeOver(toy, settling)
    toy.next('build', hangs)
    const stop = new AbortController()
    const building = rejection(compute.build({}, { signal: stop.signal }))
    await settled()
    stop.abort()
    const { amphoraName } = await clock.runUntil(building)
    await clock.runUntil(compute.build({ name: amphoraName ?? '' }))
    await clock.advance(2 * WINDOW)
    expect(toy.instances.size).toBe(1)
    expect(toy.count('delete')).toBe(0)
  })

  it('is reaped for at most 5 s more when the Compute closes, and the driver is closed after that', async () => {
    const toy = new Toy()
    const compute = await abandoned(toy, {}, deaf, { clock })
    const began = clock.monotonic()
    await clock.runUntil(compute.close())
    expect(clock.monotonic() - began).toBe(5_000)
    expect(toy.closed).toBe(1)
  })

  it('is reaped while the Compute closes where the id still arrives', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.next('build', async (act) => {
      await clock.sleep(2_000)
      return act()
    })
    const building = rejection(compute.build({}))
    await settled()
    const closing = compute.close()
    expect(await clock.runUntil(building)).toMatchObject({
      code: 'cancelled',
      reason: 'core/closed',
      outcome: 'in-doubt',
    })
    await clock.runUntil(closing)
    expect(toy.orders).toHaveLength(1)
    expect(toy.instances.size).toBe(0)
  })

  it('is left to list where the reaper cannot reach the backend, and that is said', async () => {
    const toy = new Toy()
    const warned: string[] = []
    const logger = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (_: object, text: string) => void warned.push(text),
      child: () => logger,
    }
    toy.always('find', fails('permission-denied'))
    await abandoned(toy, {}, hangs, { logger })
    await settled()
    expect(warned).toContain('a build in doubt could not be looked after; list shows it')
  })
})
