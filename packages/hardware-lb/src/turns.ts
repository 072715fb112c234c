import { AmphoraComputeError } from '@amphora/core'

/** One after the other: what must not mix on a box whose candidate configuration is everybody's. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when it is the caller's turn, which lasts until the returned function is called. */
  async take(signal: AbortSignal): Promise<() => void> {
    const before = this.#last
    let end: () => void = () => {}
    this.#last = new Promise((resolve) => (end = resolve))
    try {
      await orAborted(before, signal)
      return end
    } catch (thrown) {
      void before.then(end)
      throw thrown
    }
  }
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(AmphoraComputeError.from(signal.reason, 'cancelled'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    void promise.then(resolve).finally(() => signal.removeEventListener('abort', stop))
  })
}
