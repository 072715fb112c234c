import {
  AmphoraBuildError,
  AmphoraComputeError,
  type BuildOrder,
  type BuildOutcome,
  type ErrorCode,
} from '@amphora/core'
import { verdictOf } from './errors.ts'

/** What a failure means for the build as a whole. */
export function buildError(
  thrown: unknown,
  order: BuildOrder,
  outcome: BuildOutcome,
  amphoraId?: string,
): AmphoraBuildError {
  const { message, code, reason, retryAfterMs, cause } = AmphoraComputeError.from(thrown, 'internal')
  return new AmphoraBuildError(message, {
    code,
    reason,
    retryAfterMs,
    cause,
    outcome,
    amphoraId,
    amphoraName: order.name,
  })
}

/** A create that failed: nothing is there where the box said no, or was never reached. */
export function createError(thrown: unknown, order: BuildOrder): AmphoraBuildError {
  return buildError(thrown, order, verdictOf(thrown) === 'unsure' ? 'in-doubt' : 'not-created')
}

export function refused(order: BuildOrder, code: ErrorCode, reason: string, message: string): AmphoraBuildError {
  return new AmphoraBuildError(message, {
    code,
    reason: `hardware/${reason}`,
    outcome: 'not-created',
    amphoraName: order.name,
  })
}
