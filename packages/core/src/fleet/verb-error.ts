import {
  AmphoraBuildError,
  AmphoraComputeError,
  DeleteFailed,
  InstanceNotFoundError,
  InvalidRequestError,
  NotImplementedError,
  NotSuspendedError,
  type BuildOutcome,
  type ComputeErrorOptions,
} from '../errors.ts'
import type { DriverVerb } from '../events.ts'

/** What the caller called, and on what. */
export interface Subject {
  readonly verb: DriverVerb
  /** For the message: a routable id, a name, or a binding. */
  readonly of: string
  readonly amphoraId?: string | undefined
  readonly amphoraName?: string | undefined
  readonly outcome?: BuildOutcome | undefined
}

const WORDS: Readonly<Record<DriverVerb, string>> = {
  build: 'build',
  delete: 'delete',
  status: 'tell the status of',
  getAmphora: 'get',
  find: 'find',
  list: 'list',
  check: 'check',
  validate: 'validate',
  suspend: 'suspend',
  resume: 'resume',
  watch: 'watch',
  attachNetworkOrPort: 'attach a network or port to',
  detachPort: 'detach a port from',
  createPlacementGroup: 'create the placement group',
  deletePlacementGroup: 'delete the placement group',
}

/**
 * The error that a verb rejects with: its class says which verb failed, its message what it was done to. Made anew,
 * since a driver may throw one error to many callers.
 */
export function verbError(thrown: unknown, subject: Subject): AmphoraComputeError {
  const error = AmphoraComputeError.from(thrown, 'internal')
  const options: ComputeErrorOptions = {
    code: error.code,
    reason: error.reason,
    amphoraId: subject.amphoraId,
    amphoraName: subject.amphoraName,
    retryAfterMs: error.retryAfterMs,
    cause: error.cause,
  }
  const dressed = made(error, `Cannot ${WORDS[subject.verb]} ${subject.of}: ${error.message}`, options, subject)
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  dressed.stack = [`${dressed.name}: ${dressed.message}`, ...frames].join('\n')
  return dressed
}

function made(
  error: AmphoraComputeError,
  message: string,
  options: ComputeErrorOptions,
  { verb, outcome }: Subject,
): AmphoraComputeError {
  if (error instanceof InvalidRequestError) return new InvalidRequestError(error.problems, options)
  if (error instanceof NotImplementedError) return new NotImplementedError(message, options)
  if (verb === 'build') return new AmphoraBuildError(message, { ...options, outcome: outcome ?? outcomeOf(error) })
  if (verb === 'delete') return new DeleteFailed(message, options)
  if (error instanceof InstanceNotFoundError) return new InstanceNotFoundError(message, options)
  if (error instanceof NotSuspendedError) return new NotSuspendedError(message, options)
  return new AmphoraComputeError(message, options)
}

/** What a build's error says of what is left behind; what it does not say follows from its code. */
export function outcomeOf(error: AmphoraComputeError): BuildOutcome {
  if (error instanceof AmphoraBuildError) return error.outcome
  return error.recovery.inDoubt ? 'in-doubt' : 'not-created'
}
