import { AmphoraComputeError } from '@amphora/core'
import { own, textOf, type HttpAnswer } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { Explanation, Refusal } from '../../rest/request.ts'

export const LOGIN = 'log in'

const ABSENT = 'absent'
const BUSY = 'busy'
const ID_TAKEN = 'id-taken'

const SESSION_ENDED: Explanation = {
  code: 'unauthenticated',
  reason: 'session-ended',
  message: 'it no longer knows the session',
}

/**
 * The codes of `response.err`, which are the same whatever HTTP says (acos-client `v30/responses.py` and a10-acos-axapi;
 * vendor-code).
 */
const MEANINGS: readonly (readonly [Explanation, readonly number[]])[] = [
  [
    { code: 'not-found', reason: ABSENT, message: 'there is no such partition' },
    [
      520749062, 1023410176, 1023410181, 1023443968, 1023460352, 1023475722, 1023475727, 1023509504, 1023656960,
      1023656962, 1207959957,
    ],
  ],
  [
    { code: 'already-exists', reason: 'name-taken', message: 'a partition of this name exists' },
    [654311495, 67240011, 67371011, 754974732, 1023410183, 1023451144, 1023451145, 1023459335, 1023459337],
  ],
  [{ code: 'conflict', reason: ID_TAKEN, message: 'another partition has the id' }, [754974733]],
  [
    { code: 'unavailable', reason: BUSY, message: 'its configuration manager is busy; try again in a moment' },
    [1023463424, 1023464192, 1023464193, 1208025095, 4294967295],
  ],
  [{ code: 'conflict', reason: 'in-use', message: 'the partition is in use' }, [33619969]],
  [{ code: 'invalid-argument', reason: 'invalid', message: 'it does not take one of the values' }, [1023459393]],
  [SESSION_ENDED, [419495936, 1207960052, 1208025092]],
]

const CODES: ReadonlyMap<number, Explanation> = new Map(
  MEANINGS.flatMap(([explanation, codes]) => codes.map((code) => [code, explanation] as const)),
)

/** aXAPI says `fail` with 200 as well; what HTTP says counts only where there is no code of its own. */
export function explain({ step, status, body }: Refusal): Explanation | undefined {
  const schema = own(own(body, 'authorizationschema'), 'code')
  if (schema === 401 || schema === 403) return step === LOGIN ? refusedLogin(body) : notAllowed(schema)
  const known = CODES.get(errorCodeIn(body) ?? 0)
  if (known !== undefined) return known
  const hasFailed = own(own(body, 'response'), 'status') === 'fail'
  if (!hasFailed || status >= 300) return undefined
  return { code: 'failed-precondition', reason: 'refused', message: 'it answered that it has failed' }
}

/** The box's own words. */
export function said(body: unknown): string | undefined {
  const error = own(own(body, 'response'), 'err')
  return textOf(own(error, 'msg')) ?? textOf(own(own(body, 'authorizationschema'), 'error'))
}

/** Whether the session has ended: after 10 idle minutes by default (`web-service axapi-idle`; vendor-code). */
export function isExpired({ status, body }: HttpAnswer): boolean {
  if (status === 401 || own(own(body, 'authorizationschema'), 'code') === 401) return true
  return CODES.get(errorCodeIn(body) ?? 0) === SESSION_ENDED
}

/** The box's own word that there is none; a bare 404 is not enough where a list is asked for. */
export function isAbsent(thrown: unknown): boolean {
  return isReason(thrown, ABSENT)
}

export function isBusy(thrown: unknown): boolean {
  return isReason(thrown, BUSY)
}

export function isIdTaken(thrown: unknown): boolean {
  return isReason(thrown, ID_TAKEN)
}

export function unreadable(step: string): ApplianceError {
  return new ApplianceError(`A10 was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'a10-l3v/unreadable-answer',
  })
}

/**
 * It has 30 sessions at most by default (`web-service axapi-session-limit`; vendor-code). How it refuses one more is in no
 * source: its words are looked at, and a refusal that does not speak of sessions is one of the credentials.
 */
function refusedLogin(body: unknown): Explanation {
  const isFull = /\bsessions?\b/i.test(said(body)?.slice(0, 200) ?? '')
  if (!isFull) return { code: 'unauthenticated', reason: 'bad-login', message: 'it does not take the credentials' }
  const message = 'it has as many sessions as it allows; end some, or raise its axapi-session-limit'
  return { code: 'unavailable', reason: 'session-limit', message }
}

function notAllowed(schema: 401 | 403): Explanation {
  if (schema === 401) return SESSION_ENDED
  return { code: 'permission-denied', reason: 'not-allowed', message: 'the account may not do that' }
}

function errorCodeIn(body: unknown): number | undefined {
  const code = own(own(own(body, 'response'), 'err'), 'code')
  return typeof code === 'number' ? code : undefined
}

function isReason(thrown: unknown, reason: string): boolean {
  return thrown instanceof ApplianceError && AmphoraComputeError.from(thrown).reason === `a10-l3v/${reason}`
}
