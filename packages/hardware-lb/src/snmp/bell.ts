import { AmphoraComputeError, type Clock } from '@amphora/core'

/** Wakes who waits for the next look, and says at which appliances to look. */
export class Bell {
  readonly #rung = new Set<string>()
  #wake: (() => void) | undefined

  ring(appliance: string): void {
    this.#rung.add(appliance)
    this.#wake?.()
  }

  /** For which appliances it has rung since the last time. */
  take(): ReadonlySet<string> {
    const rung = new Set(this.#rung)
    this.#rung.clear()
    return rung
  }

  /** Resolves when the time is over or it rings, whichever is first. */
  wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (this.#rung.size > 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(AmphoraComputeError.from(signal.reason, 'cancelled'))
      const settle = (act: () => void): void => {
        cancel()
        signal.removeEventListener('abort', stop)
        this.#wake = undefined
        act()
      }
      const stop = (): void => settle(() => reject(AmphoraComputeError.from(signal.reason, 'cancelled')))
      const cancel = clock.alarm(ms, () => settle(resolve))
      signal.addEventListener('abort', stop, { once: true })
      this.#wake = () => settle(resolve)
    })
  }
}
