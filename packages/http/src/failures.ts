import { AmphoraComputeError, codeFromNodeError } from '@amphora/core'
import { HttpError } from './http-error.ts'
import { own } from './read-json.ts'
import type { HttpRequest } from './request.ts'
import { PIN_MISMATCH } from './tls.ts'

/** Where the answer had come to when it failed. */
export interface Head {
  readonly status: number
  readonly requestId: string | undefined
}

/** It may not go where it was to go. */
export function refusedDestination(request: HttpRequest, problem: string): HttpError {
  return new HttpError(`${request.peer} was not asked to ${request.step}: ${problem}`, {
    verdict: 'unsent',
    code: 'failed-precondition',
    reason: 'http/destination',
    cause: new Error(target(request)),
  })
}

export function tooMuchToSend(request: HttpRequest, limit: number): HttpError {
  return new HttpError(`${request.peer} was not asked to ${request.step}: that would take more than ${limit} bytes`, {
    verdict: 'unsent',
    code: 'invalid-argument',
    reason: 'http/request-too-large',
  })
}

export function closedBefore({ peer, step }: HttpRequest, verdict: HttpError['verdict']): HttpError {
  return new HttpError(`${peer} was asked to ${step} by a client that has been closed`, {
    verdict,
    code: 'cancelled',
    reason: 'http/closed',
  })
}

export function noLibrary({ peer, step }: HttpRequest): HttpError {
  return new HttpError(
    `${peer} was not asked to ${step}: the library "axios" could not be loaded; is it installed beside this package?`,
    { verdict: 'unsent', code: 'failed-precondition', reason: 'http/library' },
  )
}

/** Our own time was over, or the caller stopped: the signal's reason says which. */
export function stopped({ signal, peer, step }: HttpRequest, verdict: HttpError['verdict']): HttpError {
  const given: unknown = signal.reason
  if (given instanceof AmphoraComputeError) {
    const { message, code, reason } = given
    return new HttpError(message, { verdict, code, reason })
  }
  // What `AbortSignal.timeout` aborts with.
  const isOver = given instanceof DOMException && given.name === 'TimeoutError'
  const [code, what] = isOver
    ? (['deadline-exceeded', 'the time for it is over'] as const)
    : (['cancelled', 'the caller gave up'] as const)
  return new HttpError(`${peer} was asked to ${step}, and ${what}`, { verdict, code })
}

export function redirected(request: HttpRequest, { status, requestId }: Head): HttpError {
  const { peer, step } = request
  return new HttpError(`${peer} was asked to ${step} and pointed elsewhere; redirects are not followed`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'http/unexpected-redirect',
    status,
    requestId,
    cause: evidence(request, `HTTP ${status}`, requestId),
  })
}

/** It answered, and nobody can read it. */
export function unreadable(request: HttpRequest, what: string, head?: Head): HttpError {
  return new HttpError(`${request.peer} was asked to ${request.step} and answered with ${what}`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'http/unreadable-answer',
    status: head?.status,
    requestId: head?.requestId,
    cause: evidence(request, head === undefined ? 'no HTTP' : `HTTP ${head.status}`, head?.requestId),
  })
}

/** No answer, or none to its end. */
export function transportFailure(request: HttpRequest, thrown: unknown, head?: Head): HttpError {
  const { peer, step } = request
  const word = codeOf(thrown)
  const failure = codeFromNodeError(thrown)
  if (failure === undefined && /^(?:HPE|Z|ERR__ERROR)_/.test(word)) {
    return unreadable(request, 'something that is not what it says it is', head)
  }
  const { code, sent } = failure ?? { code: 'internal', sent: true }
  const cause = evidence(request, word, head?.requestId)
  if (sent) {
    return new HttpError(`${peer} was asked to ${step}, and the connection broke before the answer was complete`, {
      verdict: 'unsure',
      code,
      reason: 'http/connection-lost',
      status: head?.status,
      requestId: head?.requestId,
      cause,
    })
  }
  if (code === 'failed-precondition') {
    const message = `${peer} was not asked to ${step}: ${TLS[word] ?? NO_TLS}`
    return new HttpError(message, { verdict: 'unsent', code, reason: 'http/tls', cause })
  }
  return new HttpError(`${peer} could not be reached to ${step}`, {
    verdict: 'unsent',
    code,
    reason: 'http/unreachable',
    cause,
  })
}

const UNTRUSTED =
  'its certificate comes from no authority that is trusted here; give the certificate of that authority, or its own if it signs itself'
const OTHER_NAME = 'its certificate is for another name; use that name, or pin the certificate'
const NO_TLS = 'TLS could not be agreed on; does TLS 1.2 or newer answer there?'
const TLS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  HOSTNAME_MISMATCH: OTHER_NAME,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the time right on both sides?',
  [PIN_MISMATCH]: 'its certificate is not the pinned one',
}

/** An error of the library or of Node holds the whole request; its code is enough. */
function codeOf(thrown: unknown): string {
  const code = own(thrown, 'code')
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'no code'
}

function evidence(request: HttpRequest, what: string, requestId: string | undefined): Error {
  return new Error(`${target(request)}: ${what}${requestId === undefined ? '' : ` (${requestId})`}`)
}

/** Paths and queries may hold secrets; where it went is enough. */
function target({ method, url }: HttpRequest): string {
  return `${method} ${url.origin}`
}
