import { codeFromHttpStatus, type ErrorCode } from '@amphora/core'
import type { HttpAnswer } from '@amphora/http'
import { OpenStackError, type Verdict } from '../openstack-error.ts'
import { saidBy } from './said.ts'

/** An answer that is no success, as `explain` sees it. */
export interface Refusal {
  readonly step: string
  readonly status: number
  /** Nova's `badRequest` and so on, Neutron's type, Ironic's fault code. */
  readonly word?: string | undefined
  /** The service's own words, on one line, cut to 200 characters and before `Value:`. */
  readonly said?: string | undefined
}

/** What a refusal means where the general rules know less. */
export interface Explanation {
  readonly code: ErrorCode
  readonly reason?: string | undefined
  /** Put behind "Nova would not create the server: ". Safe for a tenant. */
  readonly message?: string | undefined
}

interface RefusedRequest {
  readonly peer: string
  readonly prefix: string
  readonly step: string
  /** Whether the answer may repeat the request: nothing of its text is kept then. */
  readonly quotes: boolean
  readonly explain: ((refusal: Refusal) => Explanation | undefined) | undefined
}

/** It answered, and not with success. */
export function refusalError(request: RefusedRequest, answer: HttpAnswer): OpenStackError {
  const { peer, prefix, step, quotes, explain } = request
  const { status, requestId, retryAfterMs } = answer
  const { word, message: said } = saidBy(answer.body)
  const explained = explain?.({ step, status, word, said })
  const general = generalMeaning(status, prefix, retryAfterMs)
  const words = [`HTTP ${status}`, ...(quotes || said === undefined ? [] : [said])].join(' ')
  return new OpenStackError(
    explained?.message === undefined
      ? `${peer} ${wordsFor(status, step)}`
      : `${peer} would not ${step}: ${explained.message}`,
    {
      step,
      verdict: verdictOf(status),
      code: explained?.code ?? general.code,
      reason: explained?.reason ?? (explained === undefined ? general.reason : undefined),
      retryAfterMs,
      status,
      requestId,
      cause: new Error(requestId === undefined ? words : `${words} (${requestId})`),
    },
  )
}

function generalMeaning(
  status: number,
  prefix: string,
  retryAfterMs: number | undefined,
): { readonly code: ErrorCode; readonly reason?: string } {
  if (status === 406) return { code: 'internal', reason: `${prefix}/microversion` }
  if (status >= 300 && status < 400) return { code: 'internal', reason: `${prefix}/unexpected-redirect` }
  // Nova's word for too many files and the like; whoever limits the rate says for how long.
  if (status === 413 && retryAfterMs === undefined) return { code: 'invalid-argument' }
  return { code: codeFromHttpStatus(status) }
}

function verdictOf(status: number): Verdict {
  return status >= 500 || status < 400 || status === 408 || status === 425 ? 'unsure' : 'refused'
}

function wordsFor(status: number, step: string): string {
  if (status === 401) return `would not ${step}: it does not accept our token, which was renewed where that can be done`
  if (status === 403) return `would not ${step}: we may not do that`
  if (status === 413 || status === 429) return `would not ${step}: too much was asked of it`
  if (status >= 300 && status < 400) return `was asked to ${step} and pointed elsewhere; redirects are not followed`
  return status >= 500 ? `failed to ${step} and answered ${status}` : `would not ${step} and answered ${status}`
}
