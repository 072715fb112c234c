import { channel, tracingChannel } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bind, computeOver, deaf, fails, hangs, refused, rejection, settled, Toy } from '../../test/toy.ts'
import { AmphoraComputeError, createCompute, DeleteFailed, InstanceNotFoundError } from '../index.ts'
import type { CallTrace, ComputeEvent } from '../index.ts'
import { createManualClock } from '../testing/index.ts'
import { backoffMs } from './backoff.ts'

const clock = createManualClock()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
/** The breaker reads `Date`, everything else the clock. */
const pass = async (ms: number): Promise<void> => {
  vi.setSystemTime(Date.now() + ms)
  await clock.advance(ms)
}

function heard(): { readonly events: ComputeEvent[]; readonly stop: () => void } {
  const events: ComputeEvent[] = []
  const listen = (event: unknown): void => void events.push(event as ComputeEvent)
  channel('amphora.event').subscribe(listen)
  return { events, stop: () => channel('amphora.event').unsubscribe(listen) }
}

describe('repeating', () => {
  it('sends an idempotent verb again while its failure passes, four times in all', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock, breaker: false })
    toy.next('getAmphora', fails('unavailable'), fails('conflict'), fails('deadline-exceeded'))
    await expect(clock.runUntil(compute.status('east/a'))).resolves.toMatchObject({ state: 'active', up: true })
    expect(toy.count('getAmphora')).toBe(4)
    toy.always('delete', fails('unavailable'))
    expect(await clock.runUntil(rejection(compute.delete('east/a')))).toMatchObject({ code: 'unavailable' })
    expect(toy.count('delete')).toBe(4)
  })

  it.each(['not-found', 'internal', 'unknown', 'permission-denied', 'unauthenticated', 'invalid-argument'] as const)(
    'sends nothing again after %s',
    async (code) => {
      const toy = new Toy()
      toy.always('getAmphora', fails(code))
      const compute = await computeOver(toy, { clock })
      expect(await rejection(compute.status('east/a'))).toMatchObject({ code })
      expect(toy.count('getAmphora')).toBe(1)
    },
  )

  it.each([
    ['resume', 1],
    ['attachNetworkOrPort', 1],
    ['createPlacementGroup', 1],
    ['suspend', 2],
    ['detachPort', 2],
    ['deletePlacementGroup', 2],
  ] as const)('sends %s %i times when the first passes', async (verb, times) => {
    const toy = new Toy()
    toy.put('a', { state: 'suspended' })
    const compute = await computeOver(toy, { clock })
    toy.next(verb, fails('unavailable'))
    const calls = {
      resume: () => compute.resume('east/a'),
      attachNetworkOrPort: () => compute.attachNetworkOrPort('east/a', { networkId: 'n' }),
      createPlacementGroup: () => compute.createPlacementGroup({ name: 'g', policy: 'affinity' }),
      suspend: () => compute.suspend('east/a'),
      detachPort: () => compute.detachPort('east/a', 'p'),
      deletePlacementGroup: () => compute.deletePlacementGroup('east/g'),
    }
    await clock.runUntil((calls[verb]() as Promise<unknown>).catch(() => {}))
    expect(toy.count(verb)).toBe(times)
  })

  it('waits as long as the backend asked for, and not when that is past the deadline', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock })
    toy.next('getAmphora', fails('resource-exhausted', { retryAfterMs: 3_000 }))
    const waiting = compute.status('east/a')
    await clock.advance(2_999)
    expect(toy.count('getAmphora')).toBe(1)
    await clock.advance(1)
    await waiting
    expect(toy.count('getAmphora')).toBe(2)
    toy.next('getAmphora', fails('resource-exhausted', { retryAfterMs: 9_960 }))
    expect(await rejection(compute.status('east/a'))).toMatchObject({ code: 'resource-exhausted', retryAfterMs: 9_960 })
    expect(toy.count('getAmphora')).toBe(3)
  })

  it('doubles the pause from 200 ms up to 10 s, with full jitter', () => {
    expect([1, 2, 3, 9].map((attempt) => backoffMs(attempt, undefined, () => 1))).toEqual([200, 400, 800, 10_000])
    expect(backoffMs(3, undefined, () => 0)).toBe(0)
    expect(backoffMs(1, 700, () => 1)).toBe(700)
  })

  it('gives a hung attempt half of the time, so that another one can be made', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock })
    toy.next('getAmphora', hangs)
    await expect(clock.runUntil(compute.status('east/a'))).resolves.toMatchObject({ state: 'active' })
    expect(toy.count('getAmphora')).toBe(2)
    toy.always('getAmphora', hangs)
    const began = clock.monotonic()
    expect(await clock.runUntil(rejection(compute.status('east/a', { timeoutMs: 1_000 })))).toMatchObject({
      code: 'deadline-exceeded',
    })
    expect(clock.monotonic() - began).toBe(1_000)
  })
})

describe('the signal', () => {
  it('sends nothing where it has aborted before', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy)
    const error = await rejection(compute.delete('east/a', { signal: AbortSignal.abort('enough') }))
    expect(error).toMatchObject({ name: 'DeleteFailed', code: 'cancelled', cause: 'enough' })
    expect(toy.calls).toEqual([])
  })

  it('rejects within 250 ms also where the driver is deaf', async () => {
    const toy = new Toy()
    toy.always('getAmphora', deaf)
    const compute = await computeOver(toy)
    const stop = new AbortController()
    const waiting = rejection(compute.status('east/a', { signal: stop.signal }))
    await settled()
    const began = performance.now()
    stop.abort()
    expect(await waiting).toMatchObject({ code: 'cancelled' })
    expect(performance.now() - began).toBeLessThan(250)
  })

  it('leaves the last word to the driver, and takes its answer where it comes in time', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy)
    const stop = new AbortController()
    toy.next('getAmphora', async (act, call) => {
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
      return act()
    })
    const waiting = compute.status('east/a', { signal: stop.signal })
    await settled()
    stop.abort()
    await expect(waiting).resolves.toMatchObject({ state: 'active' })
  })

  it('tells what stopped a call rather than what the stopped transport said, but for a definite answer', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy)
    const stopped = async (thrown: unknown): Promise<unknown> => {
      const stop = new AbortController()
      toy.next('getAmphora', async (_act, call) => {
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
        throw thrown
      })
      const waiting = rejection(compute.status('east/a', { signal: stop.signal }))
      await settled()
      stop.abort()
      return (await waiting).code
    }
    expect(await stopped(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))).toBe('cancelled')
    expect(await stopped(new AmphoraComputeError('reset', { code: 'unavailable' }))).toBe('cancelled')
    expect(await stopped(new InstanceNotFoundError('gone'))).toBe('not-found')
  })

  it('leaves no listener on the signal of the caller after 1 000 calls', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy)
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: 1_000 }, () => compute.status('east/a', { signal })))
    await rejection(compute.status('east/b', { signal }))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('may be shared by any number of calls without a warning', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    const toy = new Toy()
    toy.always('getAmphora', hangs)
    const compute = await computeOver(toy)
    const stop = new AbortController()
    const calls = Array.from({ length: 50 }, () => rejection(compute.status('east/a', { signal: stop.signal })))
    await settled()
    stop.abort()
    await Promise.all(calls)
    await settled()
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })

  it('leaves no timer behind', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy)
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    await compute.status('east/a')
    await compute.build({ name: 'x' })
    await rejection(compute.status('east/b'))
    expect(timers()).toBe(before)
  })
})

describe('what drivers throw', () => {
  it('lets no foreign error out, and nothing of what it holds', async () => {
    const toy = new Toy()
    toy.next('getAmphora', async () => {
      throw Object.assign(new Error('GET /?token=s3cr3t'), { config: { headers: { 'X-Auth-Token': 's3cr3t' } } })
    })
    toy.next('getAmphora', () => {
      throw new TypeError('x is not a function')
    })
    const compute = await computeOver(toy)
    const error = await rejection(compute.status('east/a'))
    expect(error).toMatchObject({ name: 'AmphoraComputeError', code: 'internal', amphoraId: 'east/a' })
    const { inspect } = await import('node:util')
    expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain('s3cr3t')
    expect(await rejection(compute.status('east/a'))).toMatchObject({ code: 'internal', cause: { name: 'TypeError' } })
  })
})

describe('the circuit', () => {
  const sick = async (): Promise<{ toy: Toy; compute: Awaited<ReturnType<typeof computeOver>> }> => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock })
    toy.always('getAmphora', fails('internal', { message: 'unreadable' }))
    for (let call = 0; call < 5; call += 1) await rejection(compute.status('east/a'))
    return { toy, compute }
  }

  it('opens after five failures in a row, and then calls nobody', async () => {
    const { events, stop } = heard()
    const { toy, compute } = await sick()
    expect(toy.count('getAmphora')).toBe(5)
    expect(compute.health()[0]).toMatchObject({ driver: 'east', circuits: { read: 'open', delete: 'closed' } })
    expect(compute.health()[0]?.lastFailure).toBe('unreadable')
    const error = await rejection(compute.status('east/a'))
    expect(error).toMatchObject({ code: 'unavailable', reason: 'core/circuit-open', retryAfterMs: 5_000 })
    expect(error.message).toContain('left alone for a while; the last failure: unreadable')
    expect(toy.count('getAmphora')).toBe(5)
    expect(events).toEqual([{ kind: 'circuit', driver: 'east', class: 'read', state: 'open' }])
    stop()
  })

  it('is one for each class: what cannot read still deletes', async () => {
    const { toy, compute } = await sick()
    await compute.delete('east/a')
    expect(toy.count('delete')).toBe(1)
    expect(await rejection(compute.delete('east/a', { signal: AbortSignal.abort() }))).toBeInstanceOf(DeleteFailed)
  })

  it('lets one probe through once its time is over, rejects the others meanwhile, and closes on its success', async () => {
    const { events, stop } = heard()
    const { toy, compute } = await sick()
    await pass(5_000)
    let answer: (value: unknown) => void = () => {}
    toy.always('getAmphora', undefined)
    toy.next('getAmphora', async (act) => {
      await new Promise((resolve) => (answer = resolve))
      return act()
    })
    const probe = compute.status('east/a')
    await settled()
    expect(compute.health()[0]?.circuits.read).toBe('half-open')
    const others = await Promise.all(Array.from({ length: 9 }, () => rejection(compute.status('east/a'))))
    expect(new Set(others.map((error) => error.reason))).toEqual(new Set(['core/circuit-open']))
    expect(toy.count('getAmphora')).toBe(6)
    answer(undefined)
    await probe
    await compute.status('east/a')
    expect(events.map((event) => event.kind === 'circuit' && event.state)).toEqual(['open', 'half-open', 'closed'])
    stop()
  })

  it('opens for twice as long after a failed probe, and never for more than two minutes', async () => {
    const { toy, compute } = await sick()
    for (const openMs of [5_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]) {
      await pass(openMs - 1)
      expect(await rejection(compute.status('east/a'))).toMatchObject({ reason: 'core/circuit-open', retryAfterMs: 1 })
      await pass(1)
      expect(await rejection(compute.status('east/a'))).toMatchObject({ code: 'internal' })
    }
    expect(toy.count('getAmphora')).toBe(5 + 7)
  })

  it('stays open for as long as the backend asked for', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, breaker: { failures: 1 } })
    toy.always('getAmphora', fails('unavailable', { retryAfterMs: 90_000 }))
    await rejection(compute.status('east/a'))
    await pass(89_999)
    expect(await rejection(compute.status('east/a'))).toMatchObject({ reason: 'core/circuit-open', retryAfterMs: 1 })
  })

  it('is not moved by a 4xx: that proves that the backend is alive', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.always('getAmphora', fails('permission-denied'))
    for (let call = 0; call < 20; call += 1) await rejection(compute.status('east/a'))
    toy.next('getAmphora', ...Array.from({ length: 4 }, () => fails('internal')), fails('not-found'))
    toy.next('getAmphora', ...Array.from({ length: 4 }, () => fails('internal')))
    for (let call = 0; call < 9; call += 1) await rejection(compute.status('east/a'))
    expect(compute.health()[0]?.circuits.read).toBe('closed')
  })

  it('learns nothing from cancelled calls, and opens again where the probe was cancelled', async () => {
    const { toy, compute } = await sick()
    await pass(5_000)
    toy.always('getAmphora', hangs)
    const stop = new AbortController()
    const probe = rejection(compute.status('east/a', { signal: stop.signal }))
    await settled()
    stop.abort()
    expect(await probe).toMatchObject({ code: 'cancelled' })
    expect(compute.health()[0]?.circuits.read).toBe('open')

    const healthy = new Toy()
    const other = await computeOver(healthy, { clock, breaker: { failures: 2 } })
    healthy.next('getAmphora', fails('internal'), hangs, fails('internal'))
    await rejection(other.status('east/a'))
    const cancel = new AbortController()
    const cancelled = rejection(other.status('east/a', { signal: cancel.signal }))
    await settled()
    cancel.abort()
    await cancelled
    expect(other.health()[0]?.circuits.read).toBe('closed')
    await rejection(other.status('east/a'))
    expect(other.health()[0]?.circuits.read).toBe('open')
  })

  it('tries a sick backend out with a check before it builds', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, breaker: { failures: 1 } })
    toy.next('build', fails('internal'))
    await clock.runUntil(rejection(compute.build({ name: 'x' })))
    expect(compute.health()[0]?.circuits.create).toBe('open')
    toy.calls.length = 0
    await pass(5_000)
    toy.next('check', fails('unavailable'))
    const failed = await clock.runUntil(rejection(compute.build({ name: 'x' })))
    expect(failed).toMatchObject({ code: 'unavailable', outcome: 'not-created' })
    expect(toy.calls).toEqual(['check'])
    await pass(10_000)
    await compute.build({ name: 'x' })
    expect(toy.calls).toEqual(['check', 'check', 'build'])
  })

  it('turns callers away at once, and not only when they have come to the head of the queue', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, breaker: { failures: 1 } })
    toy.always('suspend', hangs)
    const busy = Array.from({ length: 15 }, () => rejection(compute.suspend('east/a')))
    toy.next('getAmphora', fails('internal'))
    await rejection(compute.status('east/a'))
    busy.push(rejection(compute.suspend('east/a')))
    await settled()
    expect(toy.count('suspend')).toBe(16)
    expect(await rejection(compute.status('east/a'))).toMatchObject({ reason: 'core/circuit-open' })
    await clock.runUntil(compute.close())
    await Promise.all(busy)
  })

  it('can be switched off', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, breaker: false })
    toy.always('getAmphora', fails('internal'))
    for (let call = 0; call < 9; call += 1)
      expect(await rejection(compute.status('east/a'))).toMatchObject({ code: 'internal' })
    expect(compute.health()[0]).toMatchObject({ circuits: { read: 'closed' } })
  })

  it('belongs to one binding: a sick neighbour changes nothing', async () => {
    const [sickToy, healthy] = [new Toy(), new Toy()]
    healthy.put('a')
    sickToy.always('getAmphora', fails('internal'))
    const compute = await createCompute({ clock, drivers: { east: bind(sickToy), west: bind(healthy) } })
    for (let call = 0; call < 6; call += 1) await rejection(compute.status('east/a'))
    await expect(compute.status('west/a')).resolves.toMatchObject({ state: 'active' })
  })
})

describe('the bulkhead', () => {
  it('keeps 16 in flight, with room for two deletes more, and takes 1 000 waiting', async () => {
    const toy = new Toy()
    toy.put('a')
    toy.always('getAmphora', hangs)
    toy.always('delete', hangs)
    const compute = await computeOver(toy, { clock })
    const stop = new AbortController()
    const { signal } = stop
    const reads = Array.from({ length: 1_016 }, () => rejection(compute.status('east/a', { signal })))
    await settled()
    expect(toy.count('getAmphora')).toBe(16)
    const deletes = Array.from({ length: 3 }, () => rejection(compute.delete('east/a', { signal })))
    await settled()
    expect(toy.count('delete')).toBe(2)
    expect(await rejection(compute.status('east/a'))).toMatchObject({
      code: 'resource-exhausted',
      reason: 'core/overloaded',
    })
    stop.abort()
    const ends = await Promise.all([...reads, ...deletes])
    expect(new Set(ends.map((error) => error.code))).toEqual(new Set(['cancelled']))
    toy.always('getAmphora', undefined)
    await expect(compute.status('east/a')).resolves.toMatchObject({ state: 'active' })
    expect(toy.count('getAmphora')).toBe(17)
  })

  it('rejects at the deadline who still waits for a place, and sends nothing for it', async () => {
    const toy = new Toy()
    toy.always('getAmphora', hangs)
    const compute = await computeOver(toy, { clock })
    const busy = Array.from({ length: 16 }, () => rejection(compute.status('east/a')))
    await settled()
    const error = await clock.runUntil(rejection(compute.build({ name: 'x' }, { timeoutMs: 100 })))
    expect(error).toMatchObject({ code: 'deadline-exceeded', outcome: 'not-created' })
    expect(toy.count('build')).toBe(0)
    await compute.close()
    await Promise.all(busy)
  })
})

describe('long steps', () => {
  it('stop the default deadline, hold no place, and have a limit of their own', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock })
    let release: (value: unknown) => void = () => {}
    toy.always('build', (act, call) =>
      call.longStep(600_000, () => new Promise((resolve) => (release = resolve))).then(() => act()),
    )
    const builds = Array.from({ length: 18 }, (_, n) => compute.build({ name: `b${n}` }))
    await settled()
    expect(toy.count('build')).toBe(18)
    toy.always('build', undefined)
    await clock.advance(300_000)
    await expect(compute.status('east/a')).resolves.toMatchObject({ state: 'active' })
    release(undefined)
    await builds[17]
    const stop = compute.close()
    await clock.runUntil(Promise.all(builds.slice(0, 17).map((build) => rejection(build))))
    await clock.runUntil(stop)
  })

  it('leave the time that was left before them', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, breaker: false })
    toy.always('build', async (_act, call) => {
      await clock.sleep(5_000, call.signal)
      await call.longStep(600_000, (signal) => clock.sleep(300_000, signal))
      expect(call.deadline - clock.now()).toBe(15_000)
      return hangs(async () => {}, call)
    })
    const began = clock.monotonic()
    const stop = new AbortController()
    const building = rejection(compute.build({ name: 'x' }, { signal: stop.signal }))
    await clock.advance(319_999)
    expect(toy.count('build')).toBe(1)
    await clock.advance(1_001)
    expect(toy.count('build')).toBe(2)
    stop.abort()
    expect(await clock.runUntil(building)).toMatchObject({ code: 'cancelled' })
    expect(clock.monotonic() - began).toBeLessThan(322_000)
  })

  it('end at their limit', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.always('build', (_act, call) => call.longStep(90_000, (signal) => hangs(async () => {}, { ...call, signal })))
    const began = clock.monotonic()
    const error = await clock.runUntil(rejection(compute.build({ name: 'x' })))
    expect(error).toMatchObject({ code: 'deadline-exceeded' })
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(90_000)
  })

  it('do not move a limit that the caller set', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.always('build', (_act, call) => call.longStep(90_000, (signal) => hangs(async () => {}, { ...call, signal })))
    const began = clock.monotonic()
    const error = await clock.runUntil(rejection(compute.build({ name: 'x' }, { timeoutMs: 5_000 })))
    expect(error).toMatchObject({ code: 'deadline-exceeded', outcome: 'in-doubt' })
    expect(clock.monotonic() - began).toBe(5_000)
  })

  it('tell their progress', async () => {
    const { events, stop } = heard()
    const toy = new Toy()
    const compute = await computeOver(toy)
    toy.next('build', (act, call) => {
      call.progress({ step: 'toy/pull', message: 'pulling', done: 1, total: 2 })
      return act()
    })
    await compute.build({ name: 'x' })
    const expected = { kind: 'progress', driver: 'east', amphoraName: 'x', step: 'toy/pull', message: 'pulling' }
    expect(events).toEqual([{ ...expected, done: 1, total: 2 }])
    stop()
  })

  it('tell drivers when their attempt ends', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    let deadline = 0
    toy.next('build', (act, call) => {
      deadline = call.deadline
      return act()
    })
    await compute.build({ name: 'x' })
    expect(deadline - clock.now()).toBe(20_000)
  })
})

describe('traces', () => {
  it('name the binding, the verb, the amphora and the attempt', async () => {
    const traces: (CallTrace & { readonly error?: unknown })[] = []
    const start = (trace: unknown): void => void traces.push({ ...(trace as CallTrace) })
    const ended: unknown[] = []
    const error = (trace: unknown): void => void ended.push((trace as { readonly error: unknown }).error)
    const calls = tracingChannel('amphora.call')
    const listeners = { start, error, end: () => {}, asyncStart: () => {}, asyncEnd: () => {} }
    calls.subscribe(listeners)
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, { clock })
    toy.next('getAmphora', fails('unavailable'))
    await clock.runUntil(compute.status('east/a'))
    await compute.build({ name: 'x' })
    calls.unsubscribe(listeners)
    expect(traces).toEqual([
      { driver: 'east', verb: 'status', amphoraId: 'east/a', attempt: 1 },
      { driver: 'east', verb: 'status', amphoraId: 'east/a', attempt: 2 },
      { driver: 'east', verb: 'build', attempt: 1 },
    ])
    expect(ended).toEqual([expect.any(AmphoraComputeError)])
  })
})

describe('a refusal before anything was sent', () => {
  it('is sent again as long as it passes', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    toy.next('build', refused, refused)
    await expect(clock.runUntil(compute.build({}))).resolves.toBe('east/i1')
    expect(toy.orders.map((order) => order.nameIsFresh)).toEqual([true])
  })
})
