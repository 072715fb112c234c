import { listOf, own, recordOf, textOf } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { Explanation, Refusal } from '../../rest/request.ts'

/**
 * Errors of RESTCONF as ConfD writes them: `ietf-restconf:errors`, or `errors` alone, with a tag of RFC 8040, 7. The tag
 * decides, and the text only where the tag does not tell.
 */
const REFUSALS: readonly (Explanation & { readonly tags?: readonly string[]; readonly says?: RegExp })[] = [
  // 409 and `data-exists` with this text is what ConfD answers (recorded of other products of it; F5OS itself was not seen).
  {
    tags: ['data-exists'],
    says: /object already exists/i,
    code: 'already-exists',
    reason: 'name-taken',
    message: 'a tenant of this name exists',
  },
  {
    tags: ['resource-denied'],
    code: 'resource-exhausted',
    reason: 'no-room',
    message: 'it has no room for the tenant',
  },
  {
    tags: ['in-use', 'lock-denied'],
    says: /database is locked/i,
    code: 'conflict',
    reason: 'busy',
    message: 'somebody else is changing its configuration',
  },
  // No source has the text; that two tenants cannot have one address is the network's rule.
  {
    says: /mgmt-ip.*(?:in use|already|duplicate|conflict)/i,
    code: 'conflict',
    reason: 'address-taken',
    message: 'another tenant has the management address',
  },
  {
    tags: ['invalid-value', 'malformed-message', 'missing-attribute', 'bad-attribute', 'unknown-element', 'too-big'],
    code: 'invalid-argument',
    reason: 'not-valid',
    message: 'it does not take such a tenant',
  },
]

const ABSENT = /uri keypath not found/i

export function explain({ step, status, body }: Refusal): Explanation | undefined {
  const error = errorOf(body)
  if (step === LIST && status === 404) return noTenants(error)
  if (error === undefined || ABSENT.test(textOf(own(error, 'error-message')) ?? '')) return undefined
  const { tag, message } = { tag: textOf(own(error, 'error-tag')), message: textOf(own(error, 'error-message')) ?? '' }
  const found = REFUSALS.find(
    ({ tags = [], says }) => (tag !== undefined && tags.includes(tag)) || says?.test(message) === true,
  )
  if (found !== undefined) return found
  return status < 300
    ? { code: 'internal', reason: 'error', message: 'it tells of an error', verdict: 'unsure' }
    : undefined
}

export const LIST = 'list the tenants'

/** The text of the first error. */
export function said(body: unknown): string | undefined {
  return textOf(own(errorOf(body), 'error-message'))
}

export function notTold(step: string): ApplianceError {
  return new ApplianceError(`F5OS was asked to ${step} and does not tell yet which tenant it is; try again`, {
    verdict: 'unsent',
    code: 'unavailable',
    reason: 'f5os/not-told',
  })
}

export function unreadable(step: string): ApplianceError {
  return new ApplianceError(`F5OS was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'f5os/unreadable-answer',
  })
}

/** A web server that answers for one that is not there says nothing of tenants. */
export function notRestconf(step: string): ApplianceError {
  return new ApplianceError(`F5OS was asked to ${step}, and its RESTCONF interface does not answer; try again`, {
    verdict: 'unsent',
    code: 'unavailable',
    reason: 'f5os/no-restconf',
  })
}

/** The controller of a VELOS chassis has no such path: tenants are its partitions' (terraform-provider-f5os; vendor-code). */
function noTenants(error: unknown): Explanation {
  const isController = error !== undefined
  return {
    code: 'failed-precondition',
    reason: 'no-tenants',
    message: isController
      ? 'it has no tenants; on a VELOS chassis they are those of a partition, so name that one as the endpoint'
      : 'there is no list of tenants at the endpoint',
  }
}

function errorOf(body: unknown): unknown {
  const errors = own(body, 'ietf-restconf:errors') ?? own(body, 'errors')
  return recordOf(errors) === undefined ? undefined : (listOf(own(errors, 'error'))?.[0] ?? {})
}
