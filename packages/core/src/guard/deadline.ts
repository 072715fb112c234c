import { setMaxListeners } from 'node:events'
import type { Clock } from '../clock.ts'
import { AmphoraComputeError } from '../errors.ts'

/** Time that runs out, joined with the signals of everybody who may stop the work earlier. */
export interface Deadline {
  /** Aborts when the time is over or a parent aborts; its reason is always an `AmphoraComputeError`. */
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
  /** Whose abort ends it too, with what their reason becomes. */
  readonly parents: readonly Parent[]
  /** What `hold` does: nothing where the limit is one that the caller set. */
  readonly fixed?: boolean
  readonly expired: () => AmphoraComputeError
}

export interface Parent {
  readonly signal: AbortSignal
  readonly reason: (reason: unknown) => AmphoraComputeError
}

export function openDeadline(options: DeadlineOptions): Deadline {
  const { clock, parents, expired, fixed = false } = options
  const controller = new AbortController()
  let end = clock.monotonic() + options.ms
  let heldSince = 0
  let holds = 0
  let stopAlarm = setAlarm()

  const stops: (() => void)[] = []
  for (const { signal, reason } of parents) {
    const stop = (): void => abort(reason(signal.reason))
    // One signal may stop any number of calls; Node takes more than ten listeners for a leak.
    setMaxListeners(0, signal)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    stops.push(() => signal.removeEventListener('abort', stop))
  }

  function setAlarm(): () => void {
    return clock.alarm(Math.max(0, end - clock.monotonic()), () => abort(expired()))
  }
  function abort(reason: AmphoraComputeError): void {
    controller.abort(reason)
    close()
  }
  function close(): void {
    stopAlarm()
    for (const stop of stops.splice(0)) stop()
  }
  const now = (): number => (holds > 0 ? heldSince : clock.monotonic())

  return {
    signal: controller.signal,
    remaining: () => Math.max(0, end - now()),
    at: () => clock.now() + Math.max(0, end - now()),
    hold: () => {
      if (fixed || controller.signal.aborted) return () => {}
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
        if (!controller.signal.aborted) stopAlarm = setAlarm()
      }
    },
    close,
  }
}

/** No time that runs out, only a signal. */
export function withoutEnd(signal: AbortSignal): Deadline {
  const endless = (): number => Number.POSITIVE_INFINITY
  return { signal, remaining: endless, at: endless, hold: () => () => {}, close: () => {} }
}

/** A parent that is the caller's own signal: whatever its reason, the call was cancelled. */
export function callersSignal(signal: AbortSignal): Parent {
  return {
    signal,
    reason: (cause) => new AmphoraComputeError('The caller cancelled the call', { code: 'cancelled', cause }),
  }
}

/** A parent whose reason is already one of ours. */
export function ourSignal(signal: AbortSignal): Parent {
  return { signal, reason: (reason) => AmphoraComputeError.from(reason, 'cancelled') }
}
