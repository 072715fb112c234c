import type { BuildOrder, BuildRequest } from '../build-request.ts'
import type { CallOptions } from '../compute.ts'
import {
  AmphoraBuildError,
  AmphoraComputeError,
  InvalidRequestError,
  NotImplementedError,
  type BuildOutcome,
} from '../errors.ts'
import type { Deadline } from '../guard/deadline.ts'
import { backoffMs, MAX_ATTEMPTS } from '../guard/backoff.ts'
import { normalize } from '../request/normalize.ts'
import type { BoundDriver, OpenScope } from './bound-driver.ts'
import { Flight } from './flight.ts'
import { joinId } from './id.ts'
import type { Reaper } from './reaper.ts'
import { outcomeOf } from './verb-error.ts'

/** How often a failure that may be our own defect is sent, the first time included. */
const ATTEMPTS_WHEN_UNREADABLE = 2

/** Builds on one binding: one flight a name, and no second instance after any doubt. */
export class Builder {
  readonly #bound: BoundDriver
  readonly #reaper: Reaper
  readonly #fingerprintKey: string | undefined
  readonly #random: () => number
  readonly #flights = new Map<string, Flight>()

  constructor(bound: BoundDriver, reaper: Reaper, fingerprintKey: string | undefined, random: () => number) {
    this.#bound = bound
    this.#reaper = reaper
    this.#fingerprintKey = fingerprintKey
    this.#random = random
  }

  /** The request as an order, checked against everything that can be checked without asking the backend. */
  async order(request: BuildRequest, signal: AbortSignal): Promise<BuildOrder> {
    const { name: driver, definition } = this.#bound
    const order = await normalize(request, { driver, definition, fingerprintKey: this.#fingerprintKey, signal })
    const refused = this.#bound.driver.refuse?.(order) ?? []
    if (refused.length > 0) throw new NotImplementedError(refused.join('; '))
    return order
  }

  async build(request: BuildRequest, options: CallOptions): Promise<string> {
    const bound = this.#bound
    const { name } = request
    const given = { of: name === undefined ? `on "${bound.name}"` : `${JSON.stringify(name)} on "${bound.name}"` }
    const scope = bound.open('build', { ...given, amphoraName: name }, options)
    let order: BuildOrder | undefined
    try {
      order = await this.order(request, scope.deadline.signal)
      const id = await this.#fly(order, scope)
      scope.logger().info(
        {
          amphoraId: joinId(bound.name, id),
          amphoraName: order.name,
          attempt: scope.attempts,
          ms: bound.elapsed(scope),
        },
        'build was accepted',
      )
      return joinId(bound.name, id)
    } catch (thrown) {
      const error = AmphoraComputeError.from(thrown, 'internal')
      const failed = error.amphoraId === undefined ? undefined : joinId(bound.name, error.amphoraId)
      const outcome = order === undefined ? 'not-created' : outcomeOf(error)
      throw bound.failed(scope, { ...given, amphoraName: order?.name ?? name, amphoraId: failed, outcome }, error)
    } finally {
      scope.deadline.close()
    }
  }

  /** Resolves once nothing is under way any more, which after an abort is soon. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()].map((flight) => flight.ended()))
  }

  async #fly(order: BuildOrder, scope: OpenScope): Promise<string> {
    const { name } = order
    const flying = this.#flights.get(name)
    flying?.admit(order)
    if (!order.nameIsFresh) this.#reaper.spare(this.#bound, name)
    const flight = flying ?? new Flight(order)
    this.#flights.set(name, flight)
    return flight.wait(scope.deadline, ({ deadline }) =>
      this.#send(order, scope, deadline).finally(() => this.#flights.delete(name)),
    )
  }

  /** Sends the order until there is an id, or a definite answer, or no time. The flight's scope is its first waiter's. */
  async #send(order: BuildOrder, first: OpenScope, deadline: Deadline): Promise<string> {
    const scope: OpenScope = { ...first, deadline, amphoraName: order.name, attempts: 0 }
    let { nameIsFresh } = order
    let doubted = false
    for (;;) {
      let sent = false
      let late: Promise<string> | undefined
      try {
        const id = await this.#bound.guard.once(
          scope,
          (call) =>
            this.#bound.driver.build(nameIsFresh === order.nameIsFresh ? order : { ...order, nameIsFresh }, call),
          { sending: () => (sent = true), late: (end) => void (late = end) },
        )
        first.attempts = scope.attempts
        return checkedId(id)
      } catch (thrown) {
        first.attempts = scope.attempts
        const error = AmphoraComputeError.from(thrown, 'internal')
        const doubt = sent && outcomeOf(error) === 'in-doubt'
        doubted ||= doubt
        const again = doubt ? await this.#settled(order.name, scope, error) : await this.#paused(scope, error)
        if (!again) {
          if (doubted && order.nameIsFresh) this.#reaper.reap(this.#bound, order.name, error.code, late)
          throw withOutcome(error, finalOutcome(error, sent, doubted))
        }
        nameIsFresh &&= !doubted
      }
    }
  }

  async #paused(scope: OpenScope, error: AmphoraComputeError): Promise<boolean> {
    return orStopped(this.#bound.guard.pause(scope, error))
  }

  /**
   * After doubt: waits until the backend shows something of this name or can no longer act on what was sent. False
   * where it is not to be sent again, or the time is over.
   */
  async #settled(name: string, scope: OpenScope, error: AmphoraComputeError): Promise<boolean> {
    const { clock, settleMs, guard, driver } = this.#bound
    const { deadline } = scope
    const most = error.recovery.retry === 'with-backoff' ? MAX_ATTEMPTS : ATTEMPTS_WHEN_UNREADABLE
    if (error.code === 'cancelled' || scope.attempts >= most || deadline.reason !== undefined) return false
    scope
      .logger()
      .info({ attempt: scope.attempts, code: error.code, settleMs }, 'the build is in doubt and will be settled')
    const until = clock.monotonic() + settleMs
    for (let look = 1; ; look += 1) {
      const left = until - clock.monotonic()
      if (look > 1 && left <= 0) return true
      const pause = backoffMs(Math.min(look, 4), look === 1 ? error.retryAfterMs : undefined, this.#random)
      const sleepMs = settleMs === 0 ? pause : Math.min(pause, left)
      if (!(await orStopped(clock.sleep(sleepMs, deadline.signal).then(() => true)))) return false
      if (settleMs === 0) return true
      const find = { ...scope, verb: 'find' as const, attempts: 0, attemptMs: Math.max(1, Math.min(left, 10_000)) }
      const found = await guard.once(find, (call) => driver.find(name, call)).catch(() => [])
      if (found.length > 0) return true
      if (deadline.reason !== undefined) return false
    }
  }
}

function checkedId(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id
  throw new AmphoraComputeError('The driver answered a build without an id', { code: 'internal' })
}

function finalOutcome(error: AmphoraComputeError, sent: boolean, doubted: boolean): BuildOutcome {
  const own = sent ? outcomeOf(error) : 'not-created'
  const settles = own === 'created-then-failed' || error.code === 'already-exists'
  return doubted && !settles ? 'in-doubt' : own
}

function withOutcome(error: AmphoraComputeError, outcome: BuildOutcome): AmphoraComputeError {
  if (error instanceof AmphoraBuildError && error.outcome === outcome) return error
  if (error instanceof InvalidRequestError || error instanceof NotImplementedError) return error
  const { message, code, reason, amphoraId, retryAfterMs, cause, stack } = error
  const dressed = new AmphoraBuildError(message, { code, reason, amphoraId, retryAfterMs, cause, outcome })
  if (stack !== undefined) dressed.stack = stack
  return dressed
}

/** A wait that was stopped is no failure of its own: what it waited for decides. */
async function orStopped(wait: Promise<boolean>): Promise<boolean> {
  try {
    return await wait
  } catch {
    return false
  }
}
