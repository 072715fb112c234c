import { setMaxListeners } from 'node:events'
import { AmphoraComputeError } from '../errors.ts'

/** What can stop work, and why it did. */
export interface Stoppable {
  /** Why it was stopped; `undefined` while it was not. */
  readonly reason: AmphoraComputeError | undefined
  /** Calls the listener once when it is stopped, at once where it is already, unless the returned function is called before. */
  onStop(listener: () => void): () => void
}

/**
 * A stop by hand. An AbortSignal is made of it only where one is asked for: making one costs more than all the rest of
 * a call, and most calls are over without anybody having listened.
 */
export class Stop implements Stoppable {
  #reason: AmphoraComputeError | undefined
  #listeners: Set<() => void> | undefined
  #controller: AbortController | undefined

  get reason(): AmphoraComputeError | undefined {
    return this.#reason
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** The first reason stays. */
  stop(reason: AmphoraComputeError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    const listeners = this.#listeners ?? []
    this.#listeners = undefined
    for (const listener of listeners) listener()
  }

  onStop(listener: () => void): () => void {
    if (this.#reason !== undefined) {
      listener()
      return () => {}
    }
    const listeners = (this.#listeners ??= new Set())
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

/** The caller's own signal: whatever its reason, the call was cancelled. */
export function callersStop(signal: AbortSignal): Stoppable {
  return stoppable(
    signal,
    (cause) => new AmphoraComputeError('The caller cancelled the call', { code: 'cancelled', cause }),
  )
}

/** A signal whose reason is already one of ours. */
export function ourStop(signal: AbortSignal): Stoppable {
  return stoppable(signal, (reason) => AmphoraComputeError.from(reason, 'cancelled'))
}

function stoppable(signal: AbortSignal, asOurs: (reason: unknown) => AmphoraComputeError): Stoppable {
  return {
    get reason() {
      return signal.aborted ? asOurs(signal.reason) : undefined
    },
    onStop: (listener) => {
      if (signal.aborted) {
        listener()
        return () => {}
      }
      // One signal may stop any number of calls; Node takes more than ten listeners for a leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', listener, { once: true })
      return () => signal.removeEventListener('abort', listener)
    },
  }
}
