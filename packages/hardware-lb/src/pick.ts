import { createHash } from 'node:crypto'
import type { Clock } from '@amphora/core'
import { ApplianceError } from './errors.ts'

const MOST_TRIES = 16
const LONGEST_PAUSE_MS = 100

/** What is picked from, and how. */
export interface PickOptions<T> {
  /** All there are. */
  readonly candidates: readonly T[]
  /** Those the box says are in use. */
  readonly taken: ReadonlySet<T>
  /** The guest's name: each name begins elsewhere, so that builders at the same time seldom meet. */
  readonly name: string
  /** Whether a failure says that somebody else was faster. */
  readonly isTaken: (thrown: unknown) => boolean
  readonly clock: Clock
  readonly signal: AbortSignal
  /** For messages: `a listen address`. */
  readonly what: string
  /** The reason where none is left: `caddy/no-address`. */
  readonly reason: string
}

/**
 * Tries what we have to choose ourselves (an address, an index) until the box takes one. The box decides: what is in use
 * is read from it, and one that was taken meanwhile is passed over.
 *
 * @throws {ApplianceError} `resource-exhausted`, refused, where none is free, or 16 of them have been taken meanwhile.
 */
export async function pick<T, R>(options: PickOptions<T>, attempt: (candidate: T) => Promise<R>): Promise<R> {
  const { candidates, taken, name, isTaken, clock, signal, what, reason } = options
  const free = rotated(candidates, name).filter((candidate) => !taken.has(candidate))
  for (const candidate of free.slice(0, MOST_TRIES)) {
    try {
      return await attempt(candidate)
    } catch (thrown) {
      if (!isTaken(thrown)) throw thrown
      await clock.sleep(Math.random() * LONGEST_PAUSE_MS, signal)
    }
  }
  throw new ApplianceError(`${what} is needed, and none is free; give the appliance more of them`, {
    verdict: 'refused',
    code: 'resource-exhausted',
    reason,
  })
}

function rotated<T>(all: readonly T[], name: string): readonly T[] {
  if (all.length === 0) return all
  const start = createHash('sha256').update(name).digest().readUInt32BE() % all.length
  return [...all.slice(start), ...all.slice(0, start)]
}
