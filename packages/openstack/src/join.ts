import { setMaxListeners } from 'node:events'
import type { Flights } from '@amphora/core'

/** Joins the one run that everybody shares, or begins it. */
export function join<T>(
  flights: Flights<T>,
  signal: AbortSignal,
  start: (shared: AbortSignal) => Promise<T>,
): Promise<T> {
  // One signal may wait any number of times; Node takes more than ten listeners for a leak.
  setMaxListeners(0, signal)
  return flights.join('', signal, start)
}
