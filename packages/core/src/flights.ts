import { setMaxListeners } from 'node:events'
import { AmphoraComputeError } from './errors.ts'
import { orAborted } from './guard/abort.ts'

interface Flight<T> {
  readonly end: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/** One run of a step for everybody who wants it at the same time. It is given up when the last of them has gone. For drivers. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /** Rejects with the signal's reason as soon as that aborts, whatever becomes of the run. */
  join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(reasonOf(signal))
    // One signal may wait any number of times; Node takes more than ten listeners for a leak.
    setMaxListeners(0, signal)
    const flight = this.#flights.get(key) ?? this.#begin(key, start)
    flight.waiters += 1
    return orAborted(flight.end, signal)
      .catch((error: unknown) => {
        throw signal.aborted && error === signal.reason ? reasonOf(signal) : error
      })
      .finally(() => {
        flight.waiters -= 1
        if (flight.waiters === 0) this.#abandon(key, flight)
      })
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const flight: Flight<T> = { end: start(controller.signal), controller, waiters: 0 }
    flight.end.catch(() => {}).finally(() => this.#forget(key, flight))
    this.#flights.set(key, flight)
    return flight
  }

  /** Forgotten at once, so that whoever comes next begins anew and does not join what is being stopped. */
  #abandon(key: string, flight: Flight<T>): void {
    this.#forget(key, flight)
    flight.controller.abort()
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

function reasonOf(signal: AbortSignal): AmphoraComputeError {
  return AmphoraComputeError.from(signal.reason, 'cancelled')
}
