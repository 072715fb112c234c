import {
  AmphoraBuildError,
  AmphoraComputeError,
  codeFromHttpStatus,
  codeFromNodeError,
  InstanceNotFoundError,
  type ComputeErrorOptions,
  type ErrorCode,
} from '@amphora/core'
import * as v from 'valibot'
import { parseJson } from './parse-json.ts'
import { retryAfterMs } from './retry-after.ts'
import { wireError } from './wire.ts'

/** One request that did not do what it was sent for. The message is ours and safe to show; it quotes no answer. */
export class RequestError extends AmphoraComputeError {
  /** Whether the backend can have got it. */
  readonly sent: boolean

  constructor(message: string, { sent, ...options }: RequestErrorOptions) {
    super(message, options)
    this.sent = sent
  }
}

interface RequestErrorOptions extends ComputeErrorOptions {
  readonly sent: boolean
}

// here: your backend's own words for why it refuses; where it has none for a case, the HTTP status decides
const REFUSALS: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map<string, readonly [ErrorCode, string]>([
  ['name-taken', ['already-exists', 'the name is taken; take another one']],
  ['unknown-image', ['not-found', 'there is no such image']],
  ['unknown-flavor', ['not-found', 'there is no such flavor']],
  ['no-capacity', ['resource-exhausted', 'there is no room for another server; delete one or try again later']],
  ['busy', ['conflict', 'the server is just doing something else; try again in a moment']],
])

/** The backend answered, and not with success. `now`: epoch milliseconds. */
export function refusal(answer: RefusedAnswer, now: number): RequestError {
  const { status } = answer
  const said = v.safeParse(wireError, parseJson(answer.body))
  const word = said.success ? said.output.error : undefined
  const [code, message] = REFUSALS.get(word ?? '') ?? [codeFromHttpStatus(status), `the backend answered ${status}`]
  return new RequestError(message, {
    code,
    reason: `__driver__/${word !== undefined && REFUSALS.has(word) ? word : `status-${status}`}`,
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], now),
    sent: true,
  })
}

interface RefusedAnswer {
  readonly status: number
  readonly headers: { readonly 'retry-after'?: string | undefined }
  readonly body: string
}

/** No answer, or none to its end. Of the error only its code is kept: the rest may hold the request. */
export function transportFailure(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown
  const { code, sent } = codeFromNodeError(thrown) ?? { code: 'internal', sent: true }
  const message = sent ? 'the connection broke before the backend had answered' : 'the backend could not be reached'
  const { cause } = AmphoraComputeError.from(thrown)
  return new RequestError(message, {
    code,
    reason: `__driver__/${sent ? 'connection-lost' : 'unreachable'}`,
    sent,
    cause,
  })
}

/** Our time is over, or the caller has stopped: the signal's reason says which. */
export function stopped(signal: AbortSignal, sent: boolean): RequestError {
  const { message, code, reason } = AmphoraComputeError.from(signal.reason, 'cancelled')
  return new RequestError(message, { code, reason, sent })
}

/** A success that nobody can read, or that is not what was promised. */
export function unreadable(what: string): RequestError {
  return new RequestError(`the backend answered with ${what}`, {
    code: 'internal',
    reason: '__driver__/unreadable',
    sent: true,
  })
}

/** A build's failure. Core follows the code to what it leaves behind, but cannot know that nothing was sent. */
export function buildError(thrown: unknown): AmphoraComputeError {
  if (!(thrown instanceof RequestError) || thrown.sent) return AmphoraComputeError.from(thrown, 'internal')
  const { message, code, reason, cause } = thrown
  return new AmphoraBuildError(message, { code, reason, cause, outcome: 'not-created' })
}

/** It is gone, or was never ours. */
export function absent(): InstanceNotFoundError {
  return new InstanceNotFoundError('there is no such amphora of ours; it may have been deleted')
}

/** It is there, and somebody else's. */
export function foreign(): AmphoraComputeError {
  return new AmphoraComputeError('it bears the mark of another owner, or none; only its owner may change it', {
    code: 'permission-denied',
    reason: '__driver__/foreign',
  })
}
