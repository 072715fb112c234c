import { AmphoraBuildError, buildError, type BuildOrder, type ErrorCode } from '@amphora/core'
import { verdictOf } from './errors.ts'

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
