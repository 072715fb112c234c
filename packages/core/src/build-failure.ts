import type { BuildOrder } from './build-request.ts'
import { AmphoraBuildError, AmphoraComputeError, type BuildOutcome } from './errors.ts'

/**
 * For drivers: whatever was thrown, as the failure of this build, with its code, reason, `retryAfterMs` (milliseconds) and
 * cause. What is none of ours is `internal`, and of it only what holds no secret is kept. `amphoraId` is the backend's own
 * id of what the build has left.
 */
export function buildError(
  thrown: unknown,
  order: Pick<BuildOrder, 'name'>,
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
