import { AmphoraComputeError, type ComputeErrorOptions } from '@amphora/core'
import { HttpError } from '@amphora/http'

/**
 * What a box made of a request: nothing left us, it said no, or nobody knows. Only after the last can it have acted.
 */
export type Verdict = 'unsent' | 'refused' | 'unsure'

/** A step that an appliance did not do. The message is ours; the box's own words are in the cause. */
export class ApplianceError extends AmphoraComputeError {
  readonly verdict: Verdict

  constructor(message: string, { verdict, ...options }: ComputeErrorOptions & { readonly verdict: Verdict }) {
    super(message, options)
    this.verdict = verdict
  }
}

/** What the failure says of what the box may have done. */
export function verdictOf(thrown: unknown): Verdict {
  return thrown instanceof ApplianceError || thrown instanceof HttpError ? thrown.verdict : 'unsure'
}

/** The failure of a step after one that has changed the box: whatever it says of itself, the whole is in doubt. */
export function inDoubt(thrown: unknown): ApplianceError {
  const { message, code, reason, retryAfterMs, cause } = AmphoraComputeError.from(thrown, 'internal')
  return new ApplianceError(message, { verdict: 'unsure', code, reason, retryAfterMs, cause })
}

/** For the operator: the box's own words, on one line of bounded length, without whatever it repeats of a request. */
export function evidence(what: string, said?: string): Error {
  const words = said === undefined ? '' : ` ${said.replace(/[\p{Cc}\s]+/gu, ' ').trim()}`
  return new Error(`${what}${words.split('Value:')[0]}`.slice(0, 200))
}
