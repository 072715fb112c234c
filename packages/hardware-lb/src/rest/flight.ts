import { AmphoraComputeError } from '@amphora/core'

interface Run<T> {
  readonly end: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/** One run of a step for everybody who wants it at the same time. It is given up when the last of them has gone. */
export class Flight<T> {
  readonly #start: (signal: AbortSignal) => Promise<T>
  #run: Run<T> | undefined

  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#start = start
  }

  /** Rejects with the signal's reason as soon as that aborts, whatever becomes of the run. */
  async join(signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw reasonOf(signal)
    const run = (this.#run ??= this.#begin())
    run.waiters += 1
    try {
      return await orAborted(run.end, signal)
    } finally {
      run.waiters -= 1
      if (run.waiters === 0) {
        this.#forget(run.end)
        run.controller.abort()
      }
    }
  }

  #begin(): Run<T> {
    const controller = new AbortController()
    const end = this.#start(controller.signal)
    end.catch(() => {}).finally(() => this.#forget(end))
    return { end, controller, waiters: 0 }
  }

  #forget(end: Promise<T>): void {
    if (this.#run?.end === end) this.#run = undefined
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(reasonOf(signal))
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function reasonOf(signal: AbortSignal): AmphoraComputeError {
  return AmphoraComputeError.from(signal.reason, 'cancelled')
}
