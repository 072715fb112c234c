/**
 * Why it failed, and so what to do next. Closed: it grows only with a minor version of core.
 *
 * - `invalid-argument`: the request is wrong and stays wrong until it is changed.
 * - `unsupported`: a verb or a field that this driver does not have.
 * - `not-found`: what was named does not exist.
 * - `already-exists`: the name is taken by another order, or by something that is not ours.
 * - `failed-precondition`: the request is right, the state of the world is not (not suspended, locked by an operator).
 * - `conflict`: busy with something else just now; the same call can succeed in a moment.
 * - `unauthenticated`, `permission-denied`: who we are, and what we may do.
 * - `resource-exhausted`: quota, capacity, rate limit, or our own overload.
 * - `unavailable`: the backend could not be reached, or said so itself. The call may or may not have been acted on.
 * - `deadline-exceeded`: our own time was over before an answer came. The call may or may not have been acted on.
 * - `cancelled`: the caller's signal. The call may or may not have been acted on.
 * - `internal`: an answer nobody could read, or a defect. The call may or may not have been acted on.
 * - `unknown`: nothing better is known. The call may or may not have been acted on.
 */
export type ErrorCode =
  | 'invalid-argument'
  | 'unsupported'
  | 'not-found'
  | 'already-exists'
  | 'failed-precondition'
  | 'conflict'
  | 'unauthenticated'
  | 'permission-denied'
  | 'resource-exhausted'
  | 'unavailable'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'internal'
  | 'unknown'

/** What follows from a code. */
export interface Recovery {
  /** `after-a-fix`: repeating helps only once somebody has changed something. */
  readonly retry: 'never' | 'after-a-fix' | 'with-backoff'
  /** Whether it is evidence that the backend is sick. Everything else proves that it is alive. */
  readonly tripsBreaker: boolean
  /** Whether a build that fails so may have been acted on, unless its error says otherwise. */
  readonly inDoubt: boolean
}

const row = (retry: Recovery['retry'], tripsBreaker: boolean, inDoubt: boolean): Recovery =>
  Object.freeze({ retry, tripsBreaker, inDoubt })

/** One table: retry, circuit breaker and the outcome of a failed build all read it. */
export const recovery: Readonly<Record<ErrorCode, Recovery>> = Object.freeze({
  'invalid-argument': row('after-a-fix', false, false),
  unsupported: row('never', false, false),
  'not-found': row('never', false, false),
  'already-exists': row('never', false, false),
  'failed-precondition': row('after-a-fix', false, false),
  conflict: row('with-backoff', false, false),
  unauthenticated: row('after-a-fix', false, false),
  'permission-denied': row('after-a-fix', false, false),
  'resource-exhausted': row('with-backoff', false, false),
  unavailable: row('with-backoff', true, true),
  'deadline-exceeded': row('with-backoff', true, true),
  cancelled: row('never', false, true),
  internal: row('after-a-fix', true, true),
  unknown: row('after-a-fix', true, true),
})
