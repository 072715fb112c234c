import { AmphoraComputeError, type Call, type Clock } from '@amphora/core'
import type { CallLog } from './world/call-log.ts'
import { toAbortError, toComputeError } from './errors.ts'
import { Failure } from './world/failure.ts'
import type { Fault, Script } from './script.ts'
import type { Visit } from './world/visit.ts'
import type { Backend } from './world/backend.ts'
import type { Ending } from './world/lifecycle.ts'
import { Refusal } from './world/refusal.ts'

export interface GateOptions {
  readonly backend: Backend
  readonly script: Script
  readonly calls: CallLog
  readonly clock: Clock
  /** There and back, milliseconds. */
  readonly latencyMs: number
}

/** Does what was asked, in the world, at once. `ending` is how a build is bound to end, where a fault says so. */
export type Act<T> = (ending?: Ending) => T

/** The way into a world, in place of a wire: time passes on it, calls are counted, and faults befall them. */
export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Rejects with core's errors only, and as soon as the signal aborts; whether the world has acted by then is as it fell out. */
  async pass<T>(visit: Visit, call: Pick<Call, 'signal'>, act: Act<T>): Promise<T> {
    const { script, calls, clock } = this.#options
    if (call.signal.aborted) throw toAbortError(call.signal)
    const startedAt = clock.monotonic()
    const fault = script.take(visit)
    const close = calls.open({ ...visit, at: clock.now() })
    let outcome = fault?.kind ?? 'answered'
    try {
      return await this.#exchange(fault, call.signal, act)
    } catch (thrown) {
      if (call.signal.aborted) outcome = 'aborted'
      else if (thrown instanceof Refusal) outcome = thrown.word
      throw call.signal.aborted ? toAbortError(call.signal) : toComputeError(thrown, visit)
    } finally {
      close(outcome, clock.monotonic() - startedAt)
    }
  }

  /** Between two looks at the same thing. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal)
    } catch (thrown) {
      throw signal.aborted ? toAbortError(signal) : AmphoraComputeError.from(thrown, 'internal')
    }
  }

  async #exchange<T>(fault: Fault | undefined, signal: AbortSignal, act: Act<T>): Promise<T> {
    if (fault?.kind === 'refuse') throw new Failure('refuse')
    await this.#travel(fault?.kind === 'slow' ? fault.ms : 0, signal)
    const answer = await this.#arrive(fault, signal, act)
    await this.#travel(0, signal)
    return answer
  }

  /** What happens on the far side. */
  async #arrive<T>(fault: Fault | undefined, signal: AbortSignal, act: Act<T>): Promise<T> {
    switch (fault?.kind) {
      case 'reset':
        throw new Failure('reset')
      case 'no-capacity':
        throw new Refusal('no-capacity')
      case 'lose-response':
        act()
        throw new Failure('lost')
      case 'garbage':
        act()
        throw new Failure('garbage')
      case 'act-late':
        this.#options.backend.later(fault.afterMs, () => unheard(act))
        throw new Failure('lost')
      case 'hang':
        if (fault.acts) unheard(act)
        return never(signal)
      case 'status':
        if (fault.acts) unheard(act)
        throw new Failure('status', fault)
      case 'fail-building':
        return act({ fault: fault.fault, ...(fault.reason !== undefined && { reason: fault.reason }) })
      default:
        return act()
    }
  }

  /** Half of the way there and back. Takes no turn of the event loop where it takes no time. */
  async #travel(extraMs: number, signal: AbortSignal): Promise<void> {
    const ms = this.#options.latencyMs / 2 + extraMs
    if (ms > 0) await this.#options.clock.sleep(ms, signal)
  }
}

/** Nobody hears of it if the world refuses. */
function unheard(act: Act<unknown>): void {
  try {
    act()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
  }
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
