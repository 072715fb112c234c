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

export function openDeadline({ clock, ms, parents, expired, fixed = false }: DeadlineOptions): Deadline {
  const stop = new Stop()
  let end = clock.monotonic() + ms
  let heldSince = 0
  let holds = 0
  let stopAlarm = setAlarm()
  const leaves: (() => void)[] = []

  function setAlarm(): () => void {
    return clock.alarm(Math.max(0, end - clock.monotonic()), () => over(expired()))
  }
  function over(reason: AmphoraComputeError): void {
    close()
    stop.stop(reason)
  }
  function close(): void {
    stopAlarm()
    for (const leave of leaves.splice(0)) leave()
  }
  for (const parent of parents) {
    if (stop.reason !== undefined) break
    leaves.push(
      parent.onStop(() => {
        if (parent.reason !== undefined) over(parent.reason)
      }),
    )
  }
  const now = (): number => (holds > 0 ? heldSince : clock.monotonic())

  return {
    get reason() {
      return stop.reason
    },
    get signal() {
      return stop.signal
    },
    onStop: (listener) => stop.onStop(listener),
    remaining: () => Math.max(0, end - now()),
    at: () => clock.now() + Math.max(0, end - now()),
    hold: () => {
      if (fixed || stop.reason !== undefined) return () => {}
      if (holds === 0) {
        heldSince = clock.monotonic()
        stopAlarm()
      }
      holds += 1
      let held = true
      return () => {
        if (!held) return
        held = false
        holds -= 1
        if (holds > 0) return
        end += clock.monotonic() - heldSince
        if (stop.reason === undefined) stopAlarm = setAlarm()
      }
    },
    close,
  }
}

/** No time that runs out, only a signal whose reason is one of ours. */
export function withoutEnd(signal: AbortSignal): Deadline {
  const { onStop } = ourStop(signal)
  const endless = (): number => Number.POSITIVE_INFINITY
  return {
    get reason() {
      return ourStop(signal).reason
    },
    signal,
    onStop,
    remaining: endless,
    at: endless,
    hold: () => () => {},
    close: () => {},
  }
}
