import type { Clock } from '../clock.ts'
import type { Call, Progress } from '../driver.ts'
import { AmphoraBuildError, AmphoraComputeError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { openDeadline, type Deadline } from './deadline.ts'
import type { Slot } from './policies.ts'

/** Time for a driver to say, after an abort, what it left behind; the contract gives it 250 ms. */
const LAST_WORD_MS = 100

export interface AttemptOptions {
  readonly clock: Clock
  /** The whole call's. */
  readonly scope: Deadline
  readonly limitMs: number
  readonly logger: () => Logger
  readonly enter: () => Promise<Slot>
  readonly slot: Slot
  readonly progress: (step: Progress) => void
}

/** One attempt of one call: the driver's `Call`, and the bounds that it cannot escape. */
export class Attempt implements Call {
  readonly #options: AttemptOptions
  readonly #deadline: Deadline
  #slot: Slot
  #logger: Logger | undefined

  constructor(options: AttemptOptions) {
    this.#options = options
    this.#slot = options.slot
    const ms = Math.min(options.limitMs, options.scope.remaining())
    this.#deadline = openDeadline({
      clock: options.clock,
      ms,
      parents: [options.scope],
      expired: () =>
        new AmphoraComputeError(`The backend did not answer within ${Math.round(ms)} ms`, {
          code: 'deadline-exceeded',
        }),
    })
  }

  get signal(): AbortSignal {
    return this.#deadline.signal
  }

  get deadline(): number {
    return this.#deadline.at()
  }

  get logger(): Logger {
    return (this.#logger ??= this.#options.logger())
  }

  progress(step: Progress): void {
    this.#options.progress(step)
  }

  async longStep<T>(limitMs: number, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const releases = [this.#options.scope.hold(), this.#deadline.hold()]
    this.#slot()
    const own = openDeadline({
      clock: this.#options.clock,
      ms: limitMs,
      parents: [this.#deadline],
      fixed: true,
      expired: () =>
        new AmphoraComputeError(`A long step was not done within ${limitMs} ms`, { code: 'deadline-exceeded' }),
    })
    try {
      return await step(own.signal)
    } finally {
      own.close()
      for (const release of releases) release()
      if (this.#deadline.reason === undefined) this.#slot = await this.#options.enter()
    }
  }

  /**
   * Runs the driver's part. What it answers after its time is over goes to `late`, since nobody waits for it any more.
   */
  async run<T>(work: (call: Call) => Promise<T>, late: (end: Promise<T>) => void): Promise<T> {
    const end = begin(work, this)
    try {
      return await this.#bounded(end, late)
    } catch (error) {
      const { reason } = this.#deadline
      throw reason === undefined ? AmphoraComputeError.from(error, 'internal') : whyStopped(reason, error)
    }
  }

  /** Gives the timer and the place back. */
  close(): void {
    this.#deadline.close()
    this.#slot()
  }

  /** The driver's own end, or, once the signal has aborted and a last word has not come either, the signal's reason. */
  #bounded<T>(end: Promise<T>, late: (end: Promise<T>) => void): Promise<T> {
    const deadline = this.#deadline
    return new Promise<T>((resolve, reject) => {
      let hush = (): void => {}
      const leave = deadline.onStop(() => {
        hush = this.#options.clock.alarm(LAST_WORD_MS, () => {
          reject(deadline.reason)
          late(end)
        })
      })
      const spoken = (): void => {
        leave()
        hush()
      }
      end.then(
        (value) => {
          spoken()
          return resolve(value)
        },
        (error: unknown) => {
          spoken()
          return reject(error)
        },
      )
    })
  }
}

/** A driver that throws before it returns a promise has failed like any other. */
function begin<T>(work: (call: Call) => Promise<T>, call: Call): Promise<T> {
  try {
    return work(call)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** After an abort its reason is the truth, unless the driver had a definite answer; what it left behind is its to say. */
function whyStopped(reason: AmphoraComputeError, thrown: unknown): AmphoraComputeError {
  if (!(thrown instanceof AmphoraComputeError)) return reason
  if (!thrown.recovery.inDoubt) return thrown
  if (!(thrown instanceof AmphoraBuildError)) return reason
  const { outcome, amphoraId } = thrown
  return new AmphoraBuildError(reason.message, { code: reason.code, reason: reason.reason, outcome, amphoraId })
}
