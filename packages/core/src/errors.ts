import { recovery, type ErrorCode, type Recovery } from './error-code.ts'
import { withoutSecrets } from './foreign-error.ts'

/** What every error of this package can carry beside its message. */
export interface ComputeErrorOptions {
  readonly code?: ErrorCode | undefined
  /** Stable, owned by the driver: `nova/no-valid-host`. */
  readonly reason?: string | undefined
  readonly amphoraId?: string | undefined
  readonly amphoraName?: string | undefined
  /** Milliseconds after which the backend said that it may be asked again. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/**
 * What is left behind by a build that failed.
 *
 * - `not-created`: nothing was sent, or it was definitely refused, or it was rolled back and that was confirmed.
 * - `created-then-failed`: it exists, and `amphoraId` names it.
 * - `in-doubt`: it may exist. Repeating the build under its name gives the one instance.
 */
export type BuildOutcome = 'not-created' | 'created-then-failed' | 'in-doubt'

const KIND = Symbol.for('amphora.error.kind')
type Branded = { readonly [KIND]?: readonly string[] }

/**
 * Names a class and all that it is, so that `instanceof` holds for the same class of another copy of this package, and
 * in a bundle whose minifier renames classes.
 */
function brand(prototype: object, ...kinds: readonly [string, ...string[]]): void {
  Object.defineProperty(prototype, KIND, { value: Object.freeze(kinds) })
  Object.defineProperty(prototype, 'name', { value: kinds[0], configurable: true, writable: true })
}

/**
 * The parent of every error that leaves this package. `message` is written to be shown to a tenant; `cause` is for
 * the operator. Nothing made by a vendor's library ever escapes, only these.
 */
export class AmphoraComputeError extends Error {
  static {
    brand(this.prototype, 'AmphoraComputeError')
  }

  /** Why, and so what to do next; `recovery` says what follows from it. */
  readonly code: ErrorCode
  /** The driver's own stable word for the case: `docker/port-taken`. */
  readonly reason: string | undefined
  /** The amphora concerned, where there is one: routable, as `build` gave it. */
  readonly amphoraId: string | undefined
  /** The name of the amphora concerned; also where core made it, because repeating a build needs it. */
  readonly amphoraName: string | undefined
  /** Milliseconds after which the backend said that it may be asked again. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: ComputeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code ?? 'unknown'
    this.reason = options.reason
    this.amphoraId = options.amphoraId
    this.amphoraName = options.amphoraName
    this.retryAfterMs = options.retryAfterMs
  }

  /** What follows from the code. A code that only a newer copy of this package knows is treated as `unknown`. */
  get recovery(): Recovery {
    return Object.hasOwn(recovery, this.code) ? recovery[this.code] : recovery.unknown
  }

  /** Everything but the cause and the stack, which are for the operator's own eyes. */
  toJSON(): object {
    const { name, message, code, reason, amphoraId, amphoraName, retryAfterMs } = this
    return { name, message, code, reason, amphoraId, amphoraName, retryAfterMs }
  }

  /**
   * Whatever was thrown, as one of ours: ours stay as they are, anything else is taken apart. Of a foreign error only
   * its name, its code and where it was thrown are kept, because its text and its fields may hold credentials.
   */
  static from(cause: unknown, fallback: ErrorCode = 'unknown'): AmphoraComputeError {
    if (cause instanceof AmphoraComputeError) return cause
    const code = fallback
    return new AmphoraComputeError('The driver failed in a way it did not explain', {
      code,
      cause: withoutSecrets(cause),
    })
  }

  /** True for this class of any copy of this package. A subclass made elsewhere keeps the language's own rule. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const prototype: object & Branded = this.prototype
    const own = Object.hasOwn(prototype, KIND) ? prototype[KIND]?.[0] : undefined
    if (own === undefined) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && ((value as Branded)[KIND]?.includes(own) ?? false)
  }
}

/** A build that failed. `outcome` says what it left behind. */
export class AmphoraBuildError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'AmphoraBuildError', 'AmphoraComputeError')
  }

  readonly outcome: BuildOutcome

  constructor(message: string, options: ComputeErrorOptions & { readonly outcome?: BuildOutcome | undefined } = {}) {
    super(message, options)
    this.outcome = options.outcome ?? (this.recovery.inDoubt ? 'in-doubt' : 'not-created')
  }

  override toJSON(): object {
    return { ...super.toJSON(), outcome: this.outcome }
  }
}

/** A delete that was not accepted. The amphora may still be there; repeating the delete is safe. */
export class DeleteFailed extends AmphoraComputeError {
  static {
    brand(this.prototype, 'DeleteFailed', 'AmphoraComputeError')
  }
}

/** No amphora of ours has this id or name. Final at the first call: no outage is ever reported so. */
export class InstanceNotFoundError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'InstanceNotFoundError', 'AmphoraComputeError')
  }

  constructor(message: string, options: ComputeErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'not-found' })
  }
}

/** A resume of what the backend says is not suspended. */
export class NotSuspendedError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'NotSuspendedError', 'AmphoraComputeError')
  }

  constructor(message: string, options: ComputeErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'failed-precondition' })
  }
}

/** The verb, or a field of the request, is one that this driver does not support. Nothing was sent. */
export class NotImplementedError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'NotImplementedError', 'AmphoraComputeError')
  }

  constructor(message: string, options: ComputeErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'unsupported' })
  }
}

/** What was given breaks a rule. All broken rules are named at once, and nothing was sent. */
export class InvalidRequestError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'InvalidRequestError', 'AmphoraComputeError')
  }

  readonly problems: readonly string[]

  constructor(problems: readonly string[], options: ComputeErrorOptions = {}) {
    super(problems.join('; '), { ...options, code: options.code ?? 'invalid-argument' })
    this.problems = Object.freeze([...problems])
  }

  override toJSON(): object {
    return { ...super.toJSON(), problems: this.problems }
  }
}

/** A driver that could not be loaded, registered or connected. */
export class DriverLoadError extends AmphoraComputeError {
  static {
    brand(this.prototype, 'DriverLoadError', 'AmphoraComputeError')
  }

  constructor(message: string, options: ComputeErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'failed-precondition' })
  }
}
