import { own, textOf } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { Explanation, Refusal } from '../../rest/request.ts'

interface Known extends Explanation {
  readonly statuses: readonly number[]
  readonly says: RegExp
}

/** iControl REST has `{ code, message }`, and the message begins with a number where the configuration refuses. */
const REFUSALS: readonly Known[] = [
  // Recorded of other resources of it: 409.
  {
    statuses: [400, 409],
    says: /^01020066:3:|already exists/,
    code: 'already-exists',
    reason: 'name-taken',
    message: 'a guest of this name exists',
  },
  // About 100 for each user (K44237337; f5-ansible #269, k8s-bigip-ctlr #3780; confidence: recorded).
  {
    statuses: [400],
    says: /maximum active login tokens/,
    code: 'resource-exhausted',
    reason: 'too-many-tokens',
    message: 'the user has as many tokens as it may have; they end by themselves within 20 minutes',
  },
  // While its REST service starts, and where vCMP is not provisioned (terraform-provider-bigip; confidence: recorded).
  {
    statuses: [404],
    says: /URI path not registered/i,
    code: 'unavailable',
    reason: 'not-registered',
    message: 'it does not offer guests: it is starting, or vCMP is not provisioned',
  },
  // No source has the words; that two guests cannot have one address is the network's rule.
  {
    statuses: [400, 409],
    says: /management.?(?:ip|address).*(?:in use|already|duplicate|conflict)/i,
    code: 'conflict',
    reason: 'address-taken',
    message: 'another guest has the management address',
  },
  // No source has the words; that an allocation which fails is undone is f5-ansible's (min_number_of_slots; documentation).
  {
    statuses: [400, 409],
    says: /not enough|insufficient|cannot (?:be )?allocate|could not (?:be )?allocate|no (?:free |available )?(?:slots?|cores?)|exceeds/i,
    code: 'resource-exhausted',
    reason: 'no-room',
    message: 'it has no room for the guest',
  },
  {
    statuses: [400, 409],
    says: /virtual.?disk.*(?:in use|attached|running)|(?:in use|attached).*virtual.?disk/i,
    code: 'conflict',
    reason: 'disk-in-use',
    message: 'the virtual disk is still in use',
  },
  {
    statuses: [400],
    says: /unknown property|not a (?:valid|known) property|property .* not (?:valid|found|recognized)/i,
    code: 'failed-precondition',
    reason: 'unknown-field',
    message: 'it does not know a field of the guest; see markField in the settings of the appliance',
  },
]

export function explain({ status, body }: Refusal): Explanation | undefined {
  const text = said(body)
  if (text === undefined || status < 300) return undefined
  return REFUSALS.find(({ statuses, says }) => statuses.includes(status) && says.test(text))
}

/** The text of its own errors. */
export function said(body: unknown): string | undefined {
  return textOf(own(body, 'message'))
}

/** Something answers in place of the REST service, which says nothing of guests. */
export function notThere(step: string): ApplianceError {
  return new ApplianceError(
    `BIG-IP was asked to ${step}, and its REST service does not offer that for now; try again`,
    {
      verdict: 'unsent',
      code: 'unavailable',
      reason: 'bigip-vcmp/not-registered',
    },
  )
}

export function unreadable(step: string): ApplianceError {
  return new ApplianceError(`BIG-IP was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'bigip-vcmp/unreadable-answer',
  })
}

export function missing(code: 'not-found' | 'failed-precondition', reason: string, message: string): ApplianceError {
  return new ApplianceError(message, { verdict: 'refused', code, reason: `bigip-vcmp/${reason}` })
}
