import type { Clock } from '../clock.ts'
import type { Bindings, CallOptions, ComputeOptions } from '../compute.ts'
import type { DriverPlugin } from '../define-driver.ts'
import type { AmphoraComputeDriver, Attaches, Call, Groups, Suspends, Watches } from '../driver.ts'
import { AmphoraComputeError, NotImplementedError } from '../errors.ts'
import { openDeadline, type Deadline } from '../guard/deadline.ts'
import type { Guard, Scope } from '../guard/guard.ts'
import { callersStop, type Stop } from '../guard/stop.ts'
import { VERBS, type GuardedVerb } from '../guard/verbs.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { attemptLimit, checkCallOptions, defaultTimeout } from './timeouts.ts'
import { verbError, type Subject } from './verb-error.ts'

/** A driver as core holds it: what it has beside the required verbs is asked for at each call. */
export type AnyDriver = AmphoraComputeDriver & Partial<Suspends & Watches & Attaches & Groups>

type OptionalVerb = keyof (Suspends & Watches & Attaches & Groups)
type DriverWith<V extends OptionalVerb> = { readonly [Verb in V]: NonNullable<AnyDriver[Verb]> }

export interface BoundDriverOptions {
  readonly name: string
  readonly definition: DriverPlugin['definition']
  readonly settleMs: number
  readonly driver: AnyDriver
  readonly guard: Guard
  readonly clock: Clock
  readonly logger: Logger
  readonly timeouts: NonNullable<ComputeOptions<Bindings>['timeouts']>
  /** Stopped when the `Compute` closes. */
  readonly closing: Stop
}

/** What a call concerns, in the caller's terms. */
export type Concern = Omit<Subject, 'verb' | 'outcome'>

/** One connected driver under its binding's name, and the one way to call it. */
export class BoundDriver {
  readonly name: string
  readonly definition: DriverPlugin['definition']
  readonly settleMs: number
  readonly driver: AnyDriver
  readonly guard: Guard
  readonly clock: Clock
  readonly logger: Logger
  readonly closing: Stop
  readonly #timeouts: BoundDriverOptions['timeouts']

  constructor(options: BoundDriverOptions) {
    this.name = options.name
    this.definition = options.definition
    this.settleMs = options.settleMs
    this.driver = options.driver
    this.guard = options.guard
    this.clock = options.clock
    this.logger = options.logger
    this.closing = options.closing
    this.#timeouts = options.timeouts
  }

  /** A call from its beginning to its end: bounded, guarded, logged, and failing only with the verb's own errors. */
  async call<T>(
    verb: GuardedVerb,
    concern: Concern,
    options: CallOptions,
    work: (call: Call) => Promise<T>,
  ): Promise<T> {
    const scope = this.open(verb, concern, options)
    try {
      const result = await this.guard.call(scope, work)
      this.report(scope)
      return result
    } catch (thrown) {
      throw this.failed(scope, concern, thrown)
    } finally {
      scope.deadline.close()
    }
  }

  /** Begins a call: from here its time runs, and its caller must `close` the deadline. */
  open(verb: GuardedVerb, concern: Concern, options: CallOptions): OpenScope {
    checkCallOptions(options, { mayNameDriver: verb === 'list' })
    const ms = options.timeoutMs ?? defaultTimeout(verb, this.#timeouts, this.definition)
    let logger: Logger | undefined
    return {
      verb,
      amphoraId: concern.amphoraId,
      amphoraName: concern.amphoraName,
      attemptMs: attemptLimit(verb, ms),
      attempts: 0,
      startedAt: this.clock.monotonic(),
      logger: () => (logger ??= this.logger.child(logFields(verb, concern))),
      deadline: this.deadline(ms, options),
    }
  }

  deadline(ms: number, options: CallOptions): Deadline {
    const caller = options.signal === undefined ? [] : [callersStop(options.signal)]
    return openDeadline({
      clock: this.clock,
      ms,
      fixed: options.timeoutMs !== undefined,
      parents: [...caller, this.closing],
      expired: () =>
        new AmphoraComputeError(`It was not done within ${Math.round(ms)} ms`, { code: 'deadline-exceeded' }),
    })
  }

  /** One line in the log for a call that went well. */
  report(scope: OpenScope): void {
    if (this.logger === silentLogger) return
    const fields = { attempt: scope.attempts, ms: this.elapsed(scope) }
    if (VERBS[scope.verb].changes) scope.logger().info(fields, `${scope.verb} was accepted`)
    else scope.logger().debug(fields, `${scope.verb} was answered`)
  }

  /** The caller's error, and one line in the log. */
  failed(scope: OpenScope, concern: Omit<Subject, 'verb'>, thrown: unknown): AmphoraComputeError {
    const error = verbError(thrown, { ...concern, verb: scope.verb })
    const { code, reason, amphoraName } = error
    const fields = { attempt: scope.attempts, ms: this.elapsed(scope), code, reason, amphoraName }
    const isExpected = code === 'cancelled' || (code === 'not-found' && !VERBS[scope.verb].changes)
    if (isExpected) scope.logger().debug(fields, `${scope.verb} failed`)
    else scope.logger().warn(fields, `${scope.verb} failed`)
    return error
  }

  /** The driver as one that has this verb. @throws {NotImplementedError} where its capabilities do not declare it. */
  able<V extends OptionalVerb>(verb: V, isDeclared: boolean): DriverWith<V> {
    const { driver } = this
    if (isDeclared && has(driver, verb)) return driver
    throw new NotImplementedError(`Driver "${this.definition.name}" (binding "${this.name}") does not support ${verb}`)
  }

  /** Whole milliseconds since the call began. */
  elapsed(scope: OpenScope): number {
    return Math.round(this.clock.monotonic() - scope.startedAt)
  }
}

/** A call that is under way. */
export interface OpenScope extends Scope {
  readonly startedAt: number
}

function logFields(verb: GuardedVerb, { amphoraId, amphoraName }: Concern): Record<string, unknown> {
  return {
    verb,
    ...(amphoraId === undefined ? {} : { amphoraId }),
    ...(amphoraName === undefined ? {} : { amphoraName }),
  }
}

function has<V extends OptionalVerb>(driver: AnyDriver, verb: V): driver is AnyDriver & DriverWith<V> {
  return driver[verb] !== undefined
}
