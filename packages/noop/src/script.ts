import type { DriverVerb } from '@amphora/core'
import type { Visit } from './world/visit.ts'

/** What can go wrong with one call. Every fault obeys the call's signal. */
export type Fault =
  /** Nothing was sent: `unavailable`, and a build leaves nothing behind. */
  | { readonly kind: 'refuse' }
  /** Cut off before the world acted, which the driver cannot know: `unavailable`, a build is in doubt. */
  | { readonly kind: 'reset' }
  /** The world acts, the answer is lost: `unavailable`, a build is in doubt. */
  | { readonly kind: 'lose-response' }
  /** The connection is lost at once, and the world acts `afterMs` milliseconds later all the same. */
  | { readonly kind: 'act-late'; readonly afterMs: number }
  /** No answer ever. With `acts` the world has acted on it. */
  | { readonly kind: 'hang'; readonly acts?: boolean }
  /** The world acts and answers in a way nobody can read: `internal`. */
  | { readonly kind: 'garbage' }
  /** An answer of this HTTP status; `retryAfterMs` as in `Retry-After`. With `acts` the world has acted on it all the same. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs?: number; readonly acts?: boolean }
  /** There is no room: `resource-exhausted`. */
  | { readonly kind: 'no-capacity' }
  /** Answers `ms` milliseconds later than otherwise. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The build is accepted, and ends in `error` with these words instead of in `active`. Means nothing for other verbs. */
  | { readonly kind: 'fail-building'; readonly fault: string; readonly reason?: string }

/** Whom a scripted fault befalls, and how often. */
export interface FaultOptions {
  /** How many calls it befalls. Default 1; `Infinity` lasts until it is disposed of. */
  readonly times?: number
  /** Only calls about the amphora of this id or name. */
  readonly target?: string
}

/** A fault that lies in wait. Disposing of it, by hand or by `using`, ends it. */
export interface ScriptedFault extends Disposable {
  /** How many calls it has befallen. */
  readonly hits: number
  /** Ends it; twice is fine. */
  dispose(): void
}

/** Which calls go wrong, and how. Among several faults that fit a call the one scripted first befalls it. */
export class Script {
  #pending: Pending[] = []

  /** `'*'` is any verb. */
  on(verb: DriverVerb | '*', fault: Fault, options: FaultOptions = {}): ScriptedFault {
    const pending: Pending = { verb, fault, target: options.target, left: options.times ?? 1, hits: 0 }
    this.#pending.push(pending)
    return this.#handle(pending)
  }

  /** An outage: every call is refused, before any other fault is looked at, until it is disposed of. */
  down(): ScriptedFault {
    const pending: Pending = { verb: '*', fault: { kind: 'refuse' }, target: undefined, left: Infinity, hits: 0 }
    this.#pending.unshift(pending)
    return this.#handle(pending)
  }

  /** Ends every fault, outages too. */
  clear(): void {
    this.#pending = []
  }

  /** The fault that befalls this call, which has then befallen it. For drivers. */
  take(visit: Visit): Fault | undefined {
    const pending = this.#pending.find((candidate) => befalls(candidate, visit))
    if (pending === undefined) return undefined
    pending.hits += 1
    pending.left -= 1
    if (pending.left <= 0) this.#end(pending)
    return pending.fault
  }

  #handle(pending: Pending): ScriptedFault {
    const dispose = (): void => this.#end(pending)
    return {
      get hits(): number {
        return pending.hits
      },
      dispose,
      [Symbol.dispose]: dispose,
    }
  }

  #end(pending: Pending): void {
    this.#pending = this.#pending.filter((other) => other !== pending)
  }
}

interface Pending {
  readonly verb: DriverVerb | '*'
  readonly fault: Fault
  readonly target: string | undefined
  left: number
  hits: number
}

function befalls({ verb, fault, target }: Pending, visit: Visit): boolean {
  if (verb !== '*' && verb !== visit.verb) return false
  if (fault.kind === 'fail-building' && visit.verb !== 'build') return false
  return target === undefined || target === visit.id || target === visit.name
}
