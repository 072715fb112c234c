import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState as Cockatiel,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel'
import type { BreakerOptions, CircuitState } from '../compute.ts'
import { AmphoraComputeError } from '../errors.ts'
import type { Stoppable } from './stop.ts'

const IN_FLIGHT = 16
const EXTRA_FOR_DELETES = 2
const WAITING = 1_000
const LONGEST_OPEN_MS = 120_000

/** A place among the calls in flight. Giving it back twice is harmless. */
export type Slot = () => void

/** Bounds what is in flight to one backend. Deletes find room also where everything else has filled it. */
export interface Bulkhead {
  /** @throws {AmphoraComputeError} `resource-exhausted`, reason `core/overloaded`, where too many wait already. */
  enter(isDelete: boolean, stop: Stoppable): Promise<Slot>
}

export function newBulkhead(): Bulkhead {
  const ordinary = bulkhead(IN_FLIGHT, WAITING)
  const extra = bulkhead(EXTRA_FOR_DELETES, WAITING)
  const takeFrom = (policy: typeof ordinary, stop: Stoppable): Promise<Slot> =>
    new Promise<Slot>((resolve, reject) => {
      const leaveQueue = stop.onStop(() => reject(stop.reason))
      const occupy = (): Promise<void> | undefined => {
        leaveQueue()
        return stop.reason === undefined ? new Promise((leave) => resolve(leave)) : undefined
      }
      policy.execute(occupy).catch(() => {
        leaveQueue()
        reject(overloaded())
      })
    })
  /** Where the ordinary places are taken, and an extra one is free or there is nowhere else to wait. */
  const needsExtra = (): boolean =>
    ordinary.executionSlots === 0 && (extra.executionSlots > 0 || ordinary.queueSlots === 0)
  return { enter: (isDelete, stop) => takeFrom(isDelete && needsExtra() ? extra : ordinary, stop) }
}

function overloaded(): AmphoraComputeError {
  return new AmphoraComputeError(
    `More than ${WAITING} calls wait for this backend already; send fewer at once, or later`,
    { code: 'resource-exhausted', reason: 'core/overloaded', retryAfterMs: 1_000 },
  )
}

/** Shields one backend, and the callers, from calls of one class that are bound to fail. */
export interface Circuit {
  state(): CircuitState
  /** Epoch milliseconds of the last change of state. */
  since(): number
  lastFailure(): string | undefined
  /** Whether the open time is over and the next call is the probe. */
  isDue(): boolean
  /** @throws {AmphoraComputeError} `unavailable`, reason `core/circuit-open`, where a call would not be let through. */
  admit(): void
  run<T>(attempt: () => Promise<T>): Promise<T>
}

export interface CircuitOptions extends BreakerOptions {
  readonly now: () => number
  readonly random: () => number
  readonly onChange: (state: CircuitState) => void
}

/** A failure that is evidence of a sick backend. Everything else proves that it is alive, or proves nothing. */
class Counted {
  readonly error: AmphoraComputeError
  constructor(error: AmphoraComputeError) {
    this.error = error
  }
}

const WORDS: Readonly<Record<Cockatiel, CircuitState>> = {
  [Cockatiel.Closed]: 'closed',
  [Cockatiel.Open]: 'open',
  [Cockatiel.HalfOpen]: 'half-open',
  [Cockatiel.Isolated]: 'isolated',
}

export function newCircuit(options: CircuitOptions): Circuit {
  const { failures = 5, openForMs = 5_000, probes = 1, now, random, onChange } = options
  let reopensAt = 0
  let since = now()
  let lastFailure: string | undefined
  let probing = 0

  const openTime = (attempt: number): number => {
    const longest = Math.min(openForMs * 2 ** (attempt - 1), Math.max(openForMs, LONGEST_OPEN_MS))
    return longest * (0.5 + random() / 2)
  }
  const backoff = {
    next: ({ attempt, result }: { readonly attempt: number; readonly result: object }) => {
      const failure = 'error' in result ? result.error : undefined
      const asked = failure instanceof Counted ? (failure.error.retryAfterMs ?? 0) : 0
      const duration = Math.max(asked, openTime(attempt))
      reopensAt = Date.now() + duration
      return { duration, next: backoff.next }
    },
  }
  const breaker = circuitBreaker(
    handleWhen((error: unknown) => error instanceof Counted),
    { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: backoff },
  )
  breaker.onStateChange((state) => {
    since = now()
    onChange(WORDS[state])
  })

  const state = (): CircuitState => WORDS[breaker.state]
  const isDue = (): boolean => breaker.state === Cockatiel.Open && Date.now() >= reopensAt
  const admit = (): void => {
    if (breaker.state === Cockatiel.Closed || isDue()) return
    if (breaker.state === Cockatiel.HalfOpen && probing < probes) return
    throw circuitOpen(Math.max(0, reopensAt - Date.now()), lastFailure)
  }

  return {
    state,
    since: () => since,
    lastFailure: () => lastFailure,
    isDue,
    admit,
    run: async (attempt) => {
      admit()
      const isProbe = breaker.state !== Cockatiel.Closed
      if (isProbe) probing += 1
      try {
        const result = await breaker.execute(async () => {
          try {
            return { value: await attempt() }
          } catch (thrown) {
            const error = AmphoraComputeError.from(thrown, 'internal')
            if (!error.recovery.tripsBreaker && !(isProbe && error.code === 'cancelled')) return neutral(error)
            lastFailure = error.message
            throw new Counted(error)
          }
        })
        if ('alive' in result) throw result.alive
        return result.value
      } catch (thrown) {
        if (thrown instanceof BrokenCircuitError) throw circuitOpen(0, lastFailure)
        throw thrown instanceof Counted ? thrown.error : thrown
      } finally {
        if (isProbe) probing -= 1
      }
    },
  }
}

/** What stands where the breaker is switched off. */
export function noCircuit(now: number): Circuit {
  return {
    state: () => 'closed',
    since: () => now,
    lastFailure: () => undefined,
    isDue: () => false,
    admit: () => {},
    run: (attempt) => attempt(),
  }
}

/** A cancelled call learnt nothing about the backend: thrown past the breaker, it neither counts nor resets. */
function neutral(error: AmphoraComputeError): { readonly alive: AmphoraComputeError } {
  if (error.code === 'cancelled') throw error
  return { alive: error }
}

function circuitOpen(waitMs: number, lastFailure: string | undefined): AmphoraComputeError {
  const last = lastFailure === undefined ? '' : `; the last failure: ${lastFailure}`
  return new AmphoraComputeError(`The backend has failed repeatedly and is left alone for a while${last}`, {
    code: 'unavailable',
    reason: 'core/circuit-open',
    retryAfterMs: Math.ceil(waitMs),
  })
}
