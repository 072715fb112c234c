import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createCompute, type Compute, type ComputeEvent } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createManualClock, noop, World, type ManualClock } from '../src/index.ts'

const OPEN_FOR_MS = 5_000
const sick = { kind: 'status', status: 500 } as const
const UNTIL_DISPOSED = { times: Infinity }

let clock: ManualClock
let world: World
let compute: Compute<{ readonly lab: ReturnType<typeof noop> }>
let id: string
const circuits: string[] = []

const note = (message: unknown): void => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the channel carries nothing else
  const event = message as ComputeEvent
  if (event.kind === 'circuit') circuits.push(`${event.driver} ${event.class} ${event.state}`)
}

/** The circuits tell the time by `Date`, everything else by the clock. */
async function pass(ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms)
  await clock.advance(ms)
}

async function failFiveTimes(): Promise<void> {
  for (let failure = 0; failure < 5; failure++) {
    await expect(compute.status(id)).rejects.toMatchObject({ code: 'internal', reason: 'noop/status-500' })
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  clock = createManualClock()
  world = new World({ clock, buildMs: 0 })
  compute = await createCompute({ drivers: { lab: noop({ world }) }, clock, breaker: { openForMs: OPEN_FOR_MS } })
  id = await compute.build({ name: 'a' })
  circuits.length = 0
  subscribe('amphora.event', note)
})

afterEach(async () => {
  unsubscribe('amphora.event', note)
  await clock.runUntil(compute.close())
  vi.useRealTimers()
})

describe('the circuit breaker', () => {
  it('opens after five failures in a row, and then fails at once without asking the backend', async () => {
    world.script.on('status', sick, UNTIL_DISPOSED)
    await failFiveTimes()
    expect(circuits).toEqual(['lab read open'])
    const asked = world.calls.count()
    const refused = compute.status(id)
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', reason: 'core/circuit-open' })
    await expect(refused).rejects.toMatchObject({ retryAfterMs: expect.any(Number) })
    expect(world.calls.count()).toBe(asked)
    expect(compute.health()[0]?.circuits).toMatchObject({
      read: 'open',
      create: 'closed',
      delete: 'closed',
      change: 'closed',
    })
  })

  it('stays closed where a success comes between', async () => {
    world.script.on('status', sick, { times: 4 })
    for (let failure = 0; failure < 4; failure++) await expect(compute.status(id)).rejects.toThrow('status 500')
    await compute.status(id)
    world.script.on('status', sick, { times: 4 })
    for (let failure = 0; failure < 4; failure++) await expect(compute.status(id)).rejects.toThrow('status 500')
    await compute.status(id)
    expect(circuits).toEqual([])
  })

  it('takes what is refused for a sign of life, too many requests included', async () => {
    world.script.on('status', { kind: 'status', status: 403 }, { times: 10 })
    for (let failure = 0; failure < 10; failure++) await expect(compute.status(id)).rejects.toThrow('status 403')
    world.script.on('status', { kind: 'status', status: 429 }, { times: 40 })
    for (let failure = 0; failure < 10; failure++) {
      await expect(clock.runUntil(compute.status(id))).rejects.toMatchObject({ code: 'resource-exhausted' })
    }
    expect(circuits).toEqual([])
  })

  it('leaves the other classes of operation alone', async () => {
    world.script.on('status', sick, UNTIL_DISPOSED)
    await failFiveTimes()
    await compute.suspend(id)
    await compute.delete(id)
    expect(world.snapshot().instances[0]?.word).toBe('deleting')
  })

  it('lets one call through when its time is over, and closes when that succeeds', async () => {
    const fault = world.script.on('status', sick, UNTIL_DISPOSED)
    await failFiveTimes()
    fault.dispose()
    await pass(OPEN_FOR_MS)
    world.script.on('status', { kind: 'slow', ms: 1_000 })
    const probe = compute.status(id)
    await clock.advance(0)
    expect(compute.health()[0]?.circuits.read).toBe('half-open')
    await expect(compute.status(id)).rejects.toMatchObject({ reason: 'core/circuit-open' })
    expect((await clock.runUntil(probe)).state).toBe('active')
    expect((await compute.status(id)).state).toBe('active')
    expect(circuits).toEqual(['lab read open', 'lab read half-open', 'lab read closed'])
  })

  it('opens again, for longer, when the call that tries it out fails', async () => {
    world.script.on('status', sick, UNTIL_DISPOSED)
    await failFiveTimes()
    await pass(OPEN_FOR_MS)
    await expect(compute.status(id)).rejects.toMatchObject({ reason: 'noop/status-500' })
    expect(circuits).toEqual(['lab read open', 'lab read half-open', 'lab read open'])
    await expect(compute.status(id)).rejects.toMatchObject({ reason: 'core/circuit-open' })
    world.script.clear()
    await pass(2 * OPEN_FOR_MS)
    await compute.status(id)
    expect(circuits.at(-1)).toBe('lab read closed')
  })

  it('tries a sick backend out with a check, not with a build', async () => {
    const fault = world.script.on('build', sick, UNTIL_DISPOSED)
    await expect(clock.runUntil(compute.build({ name: 'b' }))).rejects.toMatchObject({ code: 'internal' })
    for (let more = 0; more < 4 && circuits.length === 0; more++) {
      await expect(clock.runUntil(compute.build({ name: `c${more}` }))).rejects.toMatchObject({
        outcome: expect.any(String),
      })
    }
    expect(circuits).toEqual(['lab create open'])
    fault.dispose()
    await pass(2 * OPEN_FOR_MS)
    const before = world.calls.count()
    await compute.build({ name: 'd' })
    expect(
      world.calls
        .recent()
        .filter(({ number }) => number > before)
        .map(({ verb }) => verb),
    ).toEqual(['check', 'build'])
    expect(circuits.at(-1)).toBe('lab create closed')
  })
})
