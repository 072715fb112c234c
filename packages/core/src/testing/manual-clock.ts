import type { Clock } from '../clock.ts'
import { Agenda } from './agenda.ts'

/** Time that stands still until it is moved. For tests: no sleep takes any real time, and no timer is ever set. */
export interface ManualClock extends Clock {
  /**
   * Moves both clocks on by `ms` milliseconds. Sleeps end in order of time and, among equals, in the order in which
   * they began; whatever a sleeper does next, a shorter sleep included, happens at its own moment. One move at a time.
   */
  advance(ms: number): Promise<void>
  /**
   * Moves from sleep to sleep until the promise has settled, and settles as it does. Rejects where nothing sleeps and
   * it still has not settled after a second of real time, and where it has not settled within `limitMs` milliseconds
   * of this clock (default 86 400 000, a day).
   */
  runUntil<T>(promise: PromiseLike<T>, limitMs?: number): Promise<T>
  /** The same until nothing sleeps any more. Resolves with the milliseconds that went by; rejects beyond `limitMs`. */
  runUntilIdle(limitMs?: number): Promise<number>
  /** Sets the wall clock on or back, as an operator or NTP would. `monotonic` does not notice, and no sleep ends. */
  jump(ms: number): void
  /** How many sleeps have not ended and alarms not rung. */
  readonly sleeping: number
}

/** A clock that begins at `startAt`, epoch milliseconds (default 2026-01-01T00:00:00Z). */
export function createManualClock(startAt: number = Date.UTC(2026, 0, 1)): ManualClock {
  const sleepers = new Agenda()
  let elapsed = 0
  let offset = startAt

  /** Wakes whoever is due at the next moment that is not later than `end`; false where nobody is. */
  const step = async (end: number): Promise<boolean> => {
    const at = sleepers.nextAt
    if (at === undefined || at > end) return false
    elapsed = Math.max(elapsed, at)
    for (let due = sleepers.takeDue(at); due !== undefined; due = sleepers.takeDue(at)) due.act()
    await turns()
    return true
  }

  const advance = async (ms: number): Promise<void> => {
    const end = elapsed + ms
    await turns()
    while (await step(end));
    elapsed = Math.max(elapsed, end)
    await turns()
  }

  const runUntil = async <T>(promise: PromiseLike<T>, limitMs = DAY): Promise<T> => {
    const end = elapsed + limitMs
    const watched = { settled: false }
    const settle = (): void => {
      watched.settled = true
    }
    promise.then(settle, settle)
    await turns()
    for (let idleMs = 0; !watched.settled;) {
      if (await step(end)) idleMs = 0
      else if (sleepers.size > 0) throw stuck(`within ${limitMs} ms of this clock`)
      else if (idleMs++ < PATIENCE_MS) await realMillisecond()
      else throw stuck('and nothing sleeps on this clock; it waits for something that this clock does not move')
    }
    return promise
  }

  const runUntilIdle = async (limitMs = DAY): Promise<number> => {
    const start = elapsed
    await turns()
    while (await step(start + limitMs));
    if (sleepers.size > 0) throw stuck(`within ${limitMs} ms of this clock`)
    return elapsed - start
  }

  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (!(ms > 0)) return
    await new Promise<void>((resolve, reject) => {
      const wake = sleepers.add(elapsed + ms, () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      })
      const stop = (): void => {
        sleepers.remove(wake)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  return Object.freeze({
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    sleep,
    alarm: (ms: number, ring: () => void) => {
      const set = sleepers.add(elapsed + Math.max(0, ms), ring)
      return () => sleepers.remove(set)
    },
    advance,
    runUntil,
    runUntilIdle,
    jump: (ms: number): void => {
      offset += ms
    },
    get sleeping(): number {
      return sleepers.size
    },
  })
}

const DAY = 86_400_000
const PATIENCE_MS = 1_000

/** Taken at import, so that a test runner's fake timers do not hold this clock still. */
const { setImmediate: nextTurn, setTimeout: inRealTime } = globalThis

/** Lets everything that can go on without time passing go on: all microtasks, and what these put off by a turn or two. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void nextTurn(resolve))
}

function realMillisecond(): Promise<void> {
  return new Promise((resolve) => void inRealTime(resolve, 1))
}

function stuck(found: string): Error {
  return new Error(`The manual clock cannot go on: what is waited for has not ended ${found}`)
}
