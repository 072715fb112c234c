import { AmphoraComputeError, type ErrorCode } from '@amphora/core'
import { ApplianceError, evidence, type Verdict } from '../errors.ts'

/** What an agent refused, in the words of RFC 3416, 3. */
const STATUSES: Readonly<Record<number, SnmpStatus>> = {
  1: 'tooBig',
  2: 'noSuchName',
  3: 'badValue',
  4: 'readOnly',
  5: 'genErr',
  6: 'noAccess',
  7: 'wrongType',
  8: 'wrongLength',
  9: 'wrongEncoding',
  10: 'wrongValue',
  11: 'noCreation',
  12: 'inconsistentValue',
  13: 'resourceUnavailable',
  14: 'commitFailed',
  15: 'undoFailed',
  16: 'authorizationError',
  17: 'notWritable',
  18: 'inconsistentName',
}

/** The word with which an agent refuses (RFC 3416, error-status). */
export type SnmpStatus =
  | 'tooBig'
  | 'noSuchName'
  | 'badValue'
  | 'readOnly'
  | 'genErr'
  | 'noAccess'
  | 'wrongType'
  | 'wrongLength'
  | 'wrongEncoding'
  | 'wrongValue'
  | 'noCreation'
  | 'inconsistentValue'
  | 'resourceUnavailable'
  | 'commitFailed'
  | 'undoFailed'
  | 'authorizationError'
  | 'notWritable'
  | 'inconsistentName'

/** The agent has read the question and said no. */
export class SnmpRefusal extends ApplianceError {
  readonly status: SnmpStatus

  constructor(message: string, { status, ...options }: RefusalOptions) {
    super(message, options)
    this.status = status
  }
}

type RefusalOptions = ConstructorParameters<typeof ApplianceError>[1] & { readonly status: SnmpStatus }

/** An agent tells no time; so long it is left alone, milliseconds. */
const BUSY_MS = 30_000
/** `ResponseInvalidCode.ENotInTimeWindow` of net-snmp. */
const OUT_OF_TIME = 14

/** Whether what the session knows of the agent is of no use any more: it was restarted, and has forgotten its boots. */
export function isOutOfTime(thrown: unknown): boolean {
  if (nameOf(thrown) !== 'ResponseInvalidError' || !(thrown instanceof Error)) return false
  return numberIn(thrown, 'code') === OUT_OF_TIME || /^(?:Not In Time Window|Unknown Engine ID)/.test(thrown.message)
}

export interface FailedRequest {
  readonly step: string
  readonly title: string
  readonly version: 'v2c' | 'v3'
  readonly isSet: boolean
}

/** What a failure of the library's means, as far as the protocol tells. A question changes nothing, however it ends. */
export function snmpFailure(thrown: unknown, request: FailedRequest): AmphoraComputeError {
  if (thrown instanceof AmphoraComputeError) return thrown
  const status = STATUSES[numberIn(thrown, 'status') ?? 0]
  if (nameOf(thrown) === 'RequestFailedError' && status !== undefined) return refusal(status, request)
  const { step, title, version, isSet } = request
  const { code, reason, why, isUnheard = false } = meaningOf(thrown, version)
  const verdict: Verdict = isSet && !isUnheard ? 'unsure' : 'unsent'
  return new ApplianceError(`${title} was asked over SNMP to ${step}, and ${why}`, {
    verdict,
    code,
    reason: `hardware/snmp-${reason}`,
    cause: evidence('net-snmp:', thrown instanceof Error ? withoutDigests(thrown.message) : undefined),
  })
}

interface Meaning {
  readonly code: ErrorCode
  readonly reason: string
  readonly why: string
  /** The agent has not acted on it. */
  readonly isUnheard?: boolean
}

function meaningOf(thrown: unknown, version: 'v2c' | 'v3'): Meaning {
  const text = thrown instanceof Error ? thrown.message : ''
  if (nameOf(thrown) === 'RequestTimedOutError') {
    const secret = version === 'v2c' ? 'the community' : 'the privacy key'
    return { code: 'unavailable', reason: 'silent', why: `did not answer: its address or ${secret} may be wrong` }
  }
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN/.test(text)) {
    return { code: 'unavailable', reason: 'unreachable', why: 'nothing answers at its address', isUnheard: true }
  }
  if (isOutOfTime(thrown)) {
    return { code: 'unavailable', reason: 'out-of-time', why: 'its clock jumps; it may just have been started' }
  }
  const known = REPORTS.find(({ says }) => says.test(text))
  if (known !== undefined) return { code: 'unauthenticated', isUnheard: true, ...known }
  return { code: 'internal', reason: 'unreadable', why: 'answered with something else than it should' }
}

/** What an agent reports of a question that it did not accept (RFC 3414, 3.2), in net-snmp's words. */
const REPORTS: readonly { readonly says: RegExp; readonly reason: string; readonly why: string }[] = [
  { says: /^Wrong Digest/, reason: 'wrong-auth-key', why: 'it does not know the authentication key' },
  { says: /^Unknown User Name/, reason: 'unknown-user', why: 'it does not know the user' },
  { says: /^Unsupported Security Level/, reason: 'level', why: 'it wants the user to be protected otherwise' },
  { says: /^Decryption Error/, reason: 'wrong-priv-key', why: 'it does not know the privacy key' },
]

function refusal(status: SnmpStatus, { step, title }: FailedRequest): SnmpRefusal {
  const { code, verdict = 'refused', retryAfterMs } = REFUSALS[status] ?? { code: 'internal' }
  return new SnmpRefusal(`${title} was asked over SNMP to ${step}, and refused: ${status}`, {
    status,
    verdict,
    code,
    reason: `hardware/snmp-${status.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    retryAfterMs,
  })
}

const REFUSALS: Partial<
  Record<SnmpStatus, { readonly code: ErrorCode; readonly verdict?: Verdict; readonly retryAfterMs?: number }>
> = {
  noAccess: { code: 'permission-denied' },
  authorizationError: { code: 'permission-denied' },
  notWritable: { code: 'permission-denied' },
  readOnly: { code: 'permission-denied' },
  noSuchName: { code: 'failed-precondition' },
  noCreation: { code: 'failed-precondition' },
  inconsistentName: { code: 'failed-precondition' },
  inconsistentValue: { code: 'conflict' },
  wrongValue: { code: 'invalid-argument' },
  badValue: { code: 'invalid-argument' },
  resourceUnavailable: { code: 'resource-exhausted', retryAfterMs: BUSY_MS },
  genErr: { code: 'internal', verdict: 'unsure' },
  commitFailed: { code: 'internal', verdict: 'unsure' },
  undoFailed: { code: 'internal', verdict: 'unsure' },
}

/** A digest tells nothing of a key, and nothing to anybody. */
function withoutDigests(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{16,}\b/g, '…')
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : ''
}

function numberIn(thrown: unknown, key: string): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !(key in thrown)) return undefined
  const value: unknown = Reflect.get(thrown, key)
  return typeof value === 'number' ? value : undefined
}
