import type { Clock } from '../clock.ts'
import type { AmphoraComputeError } from '../errors.ts'
import { ourStop, Stop, type Stoppable } from './stop.ts'

/** Time that runs out, joined with everything that may stop the work earlier. */
export interface Deadline extends Stoppable {
  /** The same as a signal: its reason is always an `AmphoraComputeError`. Made when it is first read. */
  readonly signal: AbortSignal
  /** Milliseconds left, never below 0. */
  remaining(): number
  /** The end as wall clock, epoch milliseconds. */
  at(): number
  /** Lets the time stand still until the returned function is called; holds may nest. */
  hold(): () => void
  /** Gives the timer and every listener back. */
  close(): void
}

export interface DeadlineOptions {
  readonly clock: Clock
  readonly ms: number
  /** What ends it too, with its own reason. */
  readonly parents: readonly Stoppable[]
  /** Whether it cannot be held, since it is a limit that the caller set. */
  readonly fixed?: boolean
  readonly expired: () => AmphoraComputeError
}

export function openDeadline(options: DeadlineOptions): Deadline {
  return new RunningDeadline(options)
}

/** One for each call and one for each attempt, so it is as light as it can be: no closures but those that it hands out. */
class RunningDeadline implements Deadline {
  readonly #clock: Clock
  readonly #fixed: boolean
  readonly #expired: () => AmphoraComputeError
  readonly #stop = new Stop()
  readonly #leaves: (() => void)[] = []
  #end: number
  #heldSince = 0
  #holds = 0
  #stopAlarm: () => void

  constructor({ clock, ms, parents, expired, fixed = false }: DeadlineOptions) {
    this.#clock = clock
    this.#fixed = fixed
    this.#expired = expired
    this.#end = clock.monotonic() + ms
    this.#stopAlarm = this.#setAlarm(ms)
    for (const parent of parents) {
      if (this.#stop.reason !== undefined) break
      const stopWithParent = (): void => {
        if (parent.reason !== undefined) this.#over(parent.reason)
      }
      this.#leaves.push(parent.onStop(stopWithParent))
    }
  }

  get reason(): AmphoraComputeError | undefined {
    return this.#stop.reason
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  onStop(listener: () => void): () => void {
    return this.#stop.onStop(listener)
  }

  remaining(): number {
    return Math.max(0, this.#end - (this.#holds > 0 ? this.#heldSince : this.#clock.monotonic()))
  }

  at(): number {
    return this.#clock.now() + this.remaining()
  }

  hold(): () => void {
    if (this.#fixed || this.#stop.reason !== undefined) return () => {}
    if (this.#holds === 0) {
      this.#heldSince = this.#clock.monotonic()
      this.#stopAlarm()
    }
    this.#holds += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#release()
    }
  }

  close(): void {
    this.#stopAlarm()
    for (const leave of this.#leaves.splice(0)) leave()
  }

  #release(): void {
    this.#holds -= 1
    if (this.#holds > 0) return
    this.#end += this.#clock.monotonic() - this.#heldSince
    if (this.#stop.reason === undefined) this.#stopAlarm = this.#setAlarm(this.remaining())
  }

  #setAlarm(ms: number): () => void {
    return this.#clock.alarm(ms, () => this.#over(this.#expired()))
  }

  #over(reason: AmphoraComputeError): void {
    this.close()
    this.#stop.stop(reason)
  }
}

/** No time that runs out, only a signal whose reason is one of ours. */
export function withoutEnd(signal: AbortSignal): Deadline {
  const stop = ourStop(signal)
  const endless = (): number => Number.POSITIVE_INFINITY
  return {
    get reason() {
      return stop.reason
    },
    signal,
    onStop: (listener) => stop.onStop(listener),
    remaining: endless,
    at: endless,
    hold: () => () => {},
    close: () => {},
  }
}
