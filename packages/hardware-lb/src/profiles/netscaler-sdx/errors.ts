import { AmphoraComputeError } from '@amphora/core'
import { own, textOf, type HttpAnswer } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { Explanation, Refusal } from '../../rest/request.ts'

export const LOGIN = 'log in'
export const STEPS = { login: 'log in', create: 'create the instance' } as const
const CREATE = STEPS.create

/**
 * Error codes of the ADC's NITRO (adc-nitro-go; vendor-code; 354: its reference, documentation). No source lists those of an
 * SDX, so what is not among them is a refusal without a meaning.
 */
const CODES: ReadonlyMap<number, Explanation> = new Map([
  [258, { code: 'not-found', reason: 'absent', message: 'there is no such instance' }],
  [273, { code: 'already-exists', reason: 'exists', message: 'it exists already' }],
  [354, { code: 'unauthenticated', reason: 'bad-login', message: 'it does not take the credentials' }],
  [444, { code: 'unauthenticated', reason: 'session-ended', message: 'it no longer knows the session' }],
  [1027, { code: 'unauthenticated', reason: 'session-ended', message: 'it no longer knows the session' }],
])

const ENDED: ReadonlySet<unknown> = new Set([444, 1027])

/**
 * Why an instance is not made: an SDX has no code for that which is in any source, so its prose is looked at, and only
 * where it has refused. The address first, since a message of it may speak of what is available.
 */
const REFUSALS: readonly (Explanation & { readonly says: RegExp })[] = [
  {
    says: /\bip ?(?:v4)?[ _]?address\b.{0,80}\b(?:in use|exists?|already|duplicate|conflict)/i,
    code: 'conflict',
    reason: 'address-taken',
    message: 'another instance has the address',
  },
  {
    says: /\b(?:not enough|insufficient|exceed(?:s|ed|ing)?|no (?:free|more)|maximum|not available)\b/i,
    code: 'resource-exhausted',
    reason: 'no-room',
    message: 'it has no room for the instance',
  },
  {
    says: /\bimage\b.{0,80}\b(?:not found|does(?: not|n't) exist|invalid)/i,
    code: 'not-found',
    reason: 'no-image',
    message: 'it does not have the image; upload it to the appliance',
  },
]

/** `errorcode` counts, with 200 as well, unless its severity is but a warning. */
export function explain({ step, status, body }: Refusal): Explanation | undefined {
  const code = own(body, 'errorcode')
  if (typeof code !== 'number' || code === 0 || isWarning(body)) return undefined
  const text = said(body)?.slice(0, 500) ?? ''
  const prose = step === CREATE ? REFUSALS.find(({ says }) => says.test(text)) : undefined
  const known = prose ?? CODES.get(code)
  if (known !== undefined) return known
  if (status >= 300) return undefined
  return { code: 'failed-precondition', reason: 'refused', message: 'it answered that it has failed' }
}

/** NITRO's own words. */
export function said(body: unknown): string | undefined {
  return textOf(own(body, 'message'))
}

/** Whether the session has ended: after 30 idle minutes by default (the SDX manual, "REST web services"; documentation). */
export function isExpired({ status, body }: HttpAnswer): boolean {
  return status === 401 || status === 444 || ENDED.has(own(body, 'errorcode'))
}

export function isAddressTaken(thrown: unknown): boolean {
  return thrown instanceof ApplianceError && AmphoraComputeError.from(thrown).reason === 'netscaler-sdx/address-taken'
}

/** Whether an answer is one of NITRO: each says `errorcode`, and a success says 0. */
export function isDone(body: unknown): boolean {
  return own(body, 'errorcode') === 0 || (typeof own(body, 'errorcode') === 'number' && isWarning(body))
}

export function unreadable(step: string): ApplianceError {
  return new ApplianceError(`SDX was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'netscaler-sdx/unreadable-answer',
  })
}

function isWarning(body: unknown): boolean {
  return own(body, 'severity') === 'WARNING'
}
