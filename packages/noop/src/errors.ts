import {
  AmphoraBuildError,
  AmphoraComputeError,
  codeFromHttpStatus,
  DeleteFailed,
  InstanceNotFoundError,
  NotSuspendedError,
  type ComputeErrorOptions,
  type DriverVerb,
  type ErrorCode,
} from '@amphora/core'
import { Failure } from './world/failure.ts'
import type { Visit } from './world/visit.ts'
import { Refusal, type RefusalWord } from './world/refusal.ts'

/** Whatever went wrong with a call, as one of core's errors; the one place where that is decided. */
export function toComputeError(thrown: unknown, visit: Visit): AmphoraComputeError {
  if (thrown instanceof Refusal) return fromRefusal(thrown.word, visit)
  if (thrown instanceof Failure) return fromFailure(thrown, visit)
  return AmphoraComputeError.from(thrown, 'internal')
}

/** What the signal's owner gave as the reason where that is one of ours, as core's always is. */
export function toAbortError(signal: AbortSignal): AmphoraComputeError {
  const reason: unknown = signal.reason
  if (reason instanceof AmphoraComputeError) return reason
  return new AmphoraComputeError('The call was cancelled by its caller', { code: 'cancelled' })
}

function fromRefusal(word: RefusalWord, visit: Visit): AmphoraComputeError {
  const { code, message } = REFUSALS[word]
  const options = { ...about(visit), code, reason: `noop/${word}` }
  if (word === 'absent') return new InstanceNotFoundError(message, options)
  if (word === 'not-suspended') return new NotSuspendedError(message, options)
  return errorOf(visit.verb, message, options, 'not-created')
}

/** Each says what was found and what to do about it. What failed is core's to say, in front of it. */
const REFUSALS: Readonly<Record<RefusalWord, { readonly code: ErrorCode; readonly message: string }>> = {
  absent: { code: 'not-found', message: 'There is no such amphora of ours; it may have been deleted' },
  foreign: {
    code: 'permission-denied',
    message: 'It bears another owner’s mark, or none; only its owner may change it',
  },
  'foreign-name': {
    code: 'already-exists',
    message: 'The name belongs to an instance that is not ours; take another name',
  },
  'other-order': {
    code: 'already-exists',
    message: 'An amphora that another request has built has the name; take another name, or delete that one first',
  },
  'being-deleted': { code: 'conflict', message: 'It is just being deleted; try again in a moment' },
  busy: { code: 'conflict', message: 'It is just being built or resumed; try again in a moment' },
  'not-active': { code: 'failed-precondition', message: 'Only an active amphora can be suspended; look at its status' },
  'not-suspended': {
    code: 'failed-precondition',
    message: 'Only a suspended amphora can be resumed; look at its status',
  },
  'no-capacity': {
    code: 'resource-exhausted',
    message: 'There is no room for another instance; delete one or try again later',
  },
  'no-host': {
    code: 'resource-exhausted',
    message: 'No host is left that its placement group allows; use another policy or fewer members',
  },
  'no-address': { code: 'resource-exhausted', message: 'No address is left on the network; use another network' },
  'unknown-image': { code: 'not-found', message: 'There is no such image' },
  'unknown-flavor': { code: 'not-found', message: 'There is no such flavor' },
  'unknown-zone': { code: 'not-found', message: 'There is no such availability zone' },
  'unknown-network': { code: 'not-found', message: 'There is no such network' },
  'unknown-security-group': { code: 'not-found', message: 'There is no such security group' },
  'unknown-group': { code: 'not-found', message: 'There is no such placement group of ours' },
  'port-in-use': { code: 'failed-precondition', message: 'The port is attached elsewhere; detach it there first' },
  'address-taken': {
    code: 'failed-precondition',
    message: 'The address is in use on that network; ask for another, or for none',
  },
  'bad-address': {
    code: 'invalid-argument',
    message: 'The address does not lie on that network; ask for another, or for none',
  },
  'group-exists': {
    code: 'already-exists',
    message: 'A placement group of that name has another policy; take another name',
  },
}

function fromFailure({ kind, status = 0, retryAfterMs }: Failure, visit: Visit): AmphoraComputeError {
  if (kind === 'status') {
    const options = { ...about(visit), code: codeFromHttpStatus(status), reason: `noop/status-${status}`, retryAfterMs }
    const message = `The backend answered with status ${status}`
    const absent = options.code === 'not-found' && visit.id !== undefined
    return absent ? new InstanceNotFoundError(message, options) : errorOf(visit.verb, message, options, undefined)
  }
  const { code, message } = FAILURES[kind]
  const options = { ...about(visit), code, reason: `noop/${kind}` }
  return errorOf(visit.verb, message, options, kind === 'refuse' ? 'not-created' : undefined)
}

const FAILURES: Readonly<
  Record<Exclude<Failure['kind'], 'status'>, { readonly code: ErrorCode; readonly message: string }>
> = {
  refuse: { code: 'unavailable', message: 'The backend refused the connection, so nothing was sent; try again later' },
  reset: { code: 'unavailable', message: 'The connection was cut before an answer came; it may have been acted on' },
  lost: { code: 'unavailable', message: 'The answer was lost; it may have been acted on' },
  garbage: { code: 'internal', message: 'The backend’s answer could not be read; it may have been acted on' },
}

/** The class says which verb failed. An outcome left out follows from the code. */
function errorOf(
  verb: DriverVerb,
  message: string,
  options: ComputeErrorOptions,
  outcome: 'not-created' | undefined,
): AmphoraComputeError {
  if (verb === 'build') return new AmphoraBuildError(message, { ...options, outcome })
  if (verb === 'delete') return new DeleteFailed(message, options)
  return new AmphoraComputeError(message, options)
}

function about({ id, name }: Visit): ComputeErrorOptions {
  return { amphoraId: id, amphoraName: name }
}
