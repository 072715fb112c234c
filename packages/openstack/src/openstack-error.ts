import { AmphoraComputeError, type ComputeErrorOptions } from '@amphora/core'
import { HttpError } from '@amphora/http'

/**
 * What became of a request: nothing left us, it was refused, or nobody knows. Only after the last can it have been acted
 * on.
 */
export type Verdict = 'unsent' | 'refused' | 'unsure'

interface OpenStackErrorOptions extends ComputeErrorOptions {
  readonly step: string
  readonly verdict: Verdict
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

/** One request that did not do what it was sent for. Its message is ours; the service's own words are in the cause. */
export class OpenStackError extends AmphoraComputeError {
  /** What was asked: `create the server`. */
  readonly step: string
  readonly verdict: Verdict
  /** The status of the answer, where one came. */
  readonly status: number | undefined
  /** What the service calls the request in its own log. */
  readonly requestId: string | undefined

  constructor(message: string, { step, verdict, status, requestId, ...options }: OpenStackErrorOptions) {
    super(message, options)
    this.step = step
    this.verdict = verdict
    this.status = status
    this.requestId = requestId
  }

  override toJSON(): object {
    const { step, verdict, status, requestId } = this
    return { ...super.toJSON(), step, verdict, status, requestId }
  }
}

/** Whatever was thrown in place of an answer, as one of ours; with another verdict, where somebody knows better. */
export function asOpenStackError(thrown: unknown, step: string, prefix: string, verdict?: Verdict): OpenStackError {
  if (thrown instanceof OpenStackError && (verdict === undefined || thrown.verdict === verdict)) return thrown
  const { message, code, reason, retryAfterMs, cause } = AmphoraComputeError.from(thrown, 'internal')
  const answered = thrown instanceof HttpError || thrown instanceof OpenStackError ? thrown : undefined
  return new OpenStackError(message, {
    step: thrown instanceof OpenStackError ? thrown.step : step,
    // What is ours was thrown in place of sending; nobody knows when anything else was.
    verdict: verdict ?? answered?.verdict ?? (thrown instanceof AmphoraComputeError ? 'unsent' : 'unsure'),
    code,
    reason: reason === 'http/unexpected-redirect' ? `${prefix}/unexpected-redirect` : reason,
    retryAfterMs,
    status: answered?.status,
    requestId: answered?.requestId,
    cause,
  })
}
