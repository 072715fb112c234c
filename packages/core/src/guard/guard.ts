import type { Clock } from '../clock.ts'
import type { CircuitState, OperationClass } from '../compute.ts'
import type { Call } from '../driver.ts'
import { AmphoraComputeError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { Attempt } from './attempt.ts'
import { backoffMs, MAX_ATTEMPTS, SHORTEST_ATTEMPT_MS } from './backoff.ts'
import type { Deadline } from './deadline.ts'
import type { Bulkhead, Circuit } from './policies.ts'
import { isTraced, publish, traced } from './trace.ts'
import { passes, VERBS, type GuardedVerb } from './verbs.ts'

/** One call of a caller, from its first attempt to its end. */
export interface Scope {
  readonly verb: GuardedVerb
  readonly deadline: Deadline
  readonly logger: () => Logger
  readonly amphoraId?: string | undefined
  readonly amphoraName?: string | undefined
  /** The longest that one attempt may take, milliseconds. */
  readonly attemptMs: number
  /** How many attempts have been begun. */
  attempts: number
}

export interface Sending<T> {
  /** Just before the driver is called: from here on something may have been sent. */
  readonly sending?: () => void
  /** What the driver says after everybody has stopped waiting for it. */
  readonly late?: (end: Promise<T>) => void
}

export interface GuardOptions {
  readonly driver: string
  readonly clock: Clock
  readonly random: () => number
  readonly bulkhead: Bulkhead
  readonly circuits: Readonly<Record<OperationClass, Circuit>>
  /** Asks the backend whether it is alive, changing nothing. */
  readonly probe: (call: Call) => Promise<unknown>
}

/** Stands between callers and one driver: bounds, sheds, breaks, repeats, traces. The one place that does. */
export class Guard {
  readonly #options: GuardOptions

  constructor(options: GuardOptions) {
    this.#options = options
  }

  get circuits(): Readonly<Record<OperationClass, Circuit>> {
    return this.#options.circuits
  }

  states(): Readonly<Record<OperationClass, CircuitState>> {
    const { read, create, delete: remove, change } = this.#options.circuits
    return { read: read.state(), create: create.state(), delete: remove.state(), change: change.state() }
  }

  /** Sends a call, and sends it again where its verb allows that and its failure passes. The one retry loop. */
  async call<T>(scope: Scope, work: (call: Call) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.once(scope, work)
      } catch (thrown) {
        const error = AmphoraComputeError.from(thrown, 'internal')
        if (!VERBS[scope.verb].repeatable || !(await this.pause(scope, error))) throw error
      }
    }
  }

  /** Waits before the next attempt; false where there will be none. */
  async pause(scope: Scope, error: AmphoraComputeError): Promise<boolean> {
    const { attempts } = scope
    if (!passes(error) || attempts >= MAX_ATTEMPTS) return false
    const ms = backoffMs(attempts, error.retryAfterMs, this.#options.random)
    const { deadline } = scope
    if (deadline.reason !== undefined || deadline.remaining() < ms + SHORTEST_ATTEMPT_MS) return false
    scope
      .logger()
      .debug(
        { attempt: attempts, code: error.code, reason: error.reason, pauseMs: Math.round(ms) },
        'the call will be repeated',
      )
    await this.#options.clock.sleep(ms, deadline.signal)
    return true
  }

  /** One attempt. Nothing is sent where the circuit is open, too much waits already, or too little time is left. */
  async once<T>(scope: Scope, work: (call: Call) => Promise<T>, sending: Sending<T> = {}): Promise<T> {
    const rules = VERBS[scope.verb]
    const circuit = this.#options.circuits[rules.class]
    scope.attempts += 1
    if (scope.deadline.reason !== undefined) throw scope.deadline.reason
    circuit.admit()
    if (circuit.isDue() && !rules.repeatable) await this.#probe(scope, circuit)
    const attempt = await this.#enter(scope)
    try {
      return await circuit.run(() => {
        sending.sending?.()
        const run = (): Promise<T> => attempt.run(work, sending.late ?? ignore)
        if (!isTraced()) return run()
        const { verb, amphoraId, attempts } = scope
        const { driver } = this.#options
        return traced({ driver, verb, ...(amphoraId === undefined ? {} : { amphoraId }), attempt: attempts }, run)
      })
    } finally {
      attempt.close()
    }
  }

  /** Only what may be repeated tries out whether a sick backend has recovered. */
  async #probe(scope: Scope, circuit: Circuit): Promise<void> {
    const attempt = await this.#enter(scope)
    try {
      await circuit.run(() => attempt.run(this.#options.probe, ignore))
    } finally {
      attempt.close()
    }
  }

  async #enter(scope: Scope): Promise<Attempt> {
    const { clock, bulkhead, driver } = this.#options
    const { deadline } = scope
    const enter = (): Promise<() => void> => bulkhead.enter(VERBS[scope.verb].class === 'delete', deadline)
    const slot = await enter()
    const { amphoraName = '' } = scope
    const progress = (step: Parameters<Call['progress']>[0]): void =>
      publish({ ...step, kind: 'progress', driver, amphoraName })
    return new Attempt({
      clock,
      scope: deadline,
      limitMs: scope.attemptMs,
      logger: scope.logger,
      enter,
      slot,
      progress,
    })
  }
}

function ignore(end: Promise<unknown>): void {
  end.catch(() => {})
}
