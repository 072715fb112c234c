import { AmphoraComputeError, type Clock } from '@amphora/core'

interface Run<T> {
  readonly end: Promise<T>
  readonly controller: AbortController
  waiters: number
  /** Set once nobody waits: keeps it from being given up. */
  keep: (() => void) | undefined
  isGivenUp: boolean
}

/** For so long a run goes on that nobody has waited for, milliseconds. */
const UNWAITED_MS = 2_000

/**
 * One run of a step for everybody who wants it at the same time. When the last of them has gone it goes on for a while:
 * what it brings would otherwise have to be got anew by the next, and nobody would have it to give back.
 */
export class Flight<T> {
  readonly #start: (signal: AbortSignal) => Promise<T>
  readonly #clock: Clock
  #run: Run<T> | undefined

  constructor(clock: Clock, start: (signal: AbortSignal) => Promise<T>) {
    this.#clock = clock
    this.#start = start
  }

  /** Rejects with the signal's reason as soon as that aborts, whatever becomes of the run. */
  async join(signal: AbortSignal): Promise<T> {
    for (;;) {
      if (signal.aborted) throw reasonOf(signal)
      const run = (this.#run ??= this.#begin())
      run.waiters += 1
      try {
        return await orAborted(run.end, signal)
      } catch (thrown) {
        // Whoever has joined one that was already hanging begins anew.
        if (!run.isGivenUp) throw thrown
      } finally {
        run.waiters -= 1
        if (run.waiters === 0 && this.#run === run) run.keep ??= this.#clock.alarm(UNWAITED_MS, () => this.#giveUp(run))
      }
    }
  }

  /** Ends what is under way. */
  stop(): void {
    const run = this.#run
    if (run === undefined) return
    this.#forget(run)
    run.controller.abort()
  }

  #begin(): Run<T> {
    const controller = new AbortController()
    const end = this.#start(controller.signal)
    const run: Run<T> = { end, controller, waiters: 0, keep: undefined, isGivenUp: false }
    end.catch(() => {}).finally(() => this.#forget(run))
    return run
  }

  #giveUp(run: Run<T>): void {
    this.#forget(run)
    run.isGivenUp = true
    run.controller.abort()
  }

  #forget(run: Run<T>): void {
    run.keep?.()
    run.keep = undefined
    if (this.#run === run) this.#run = undefined
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
