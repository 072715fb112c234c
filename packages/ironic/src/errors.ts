import { AmphoraComputeError } from '@amphora/core'

/** A lock is let go of within the step that a conductor is at; asking again sooner is in vain. */
const LOCK_MS = 1_000

/** What its state does not allow, and will not in a moment either. */
export function wrongState(what: string, cause?: unknown): AmphoraComputeError {
  return new AmphoraComputeError(`it is ${what}, which does not allow it`, {
    code: 'failed-precondition',
    reason: 'ironic/wrong-state',
    cause: causeOf(cause),
  })
}

/** A conductor is at work on the node. */
export function locked(cause?: unknown): AmphoraComputeError {
  return new AmphoraComputeError('the node is locked by what Ironic does with it just now', {
    code: 'conflict',
    reason: 'ironic/locked',
    retryAfterMs: LOCK_MS,
    cause: causeOf(cause),
  })
}

/** Somebody reserved the node a moment ago and may be about to deploy it. */
export function beingBuilt(): AmphoraComputeError {
  return new AmphoraComputeError('it has just been reserved, and whoever did that may be about to deploy it', {
    code: 'conflict',
    reason: 'ironic/being-built',
    retryAfterMs: LOCK_MS,
  })
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof AmphoraComputeError ? thrown.cause : thrown
}
