import { own, textOf } from '@amphora/http'
import type { Explanation, Refusal } from '../../rest/request.ts'

/**
 * Caddy answers nearly every mistake with 500 and a text (2.6, admin.go and caddyhttp), so its prose is all there is.
 */
const REFUSALS: readonly (Explanation & { readonly status: number; readonly says: RegExp })[] = [
  {
    status: 500,
    says: /key already exists/,
    code: 'already-exists',
    reason: 'name-taken',
    message: 'a tenant of this name exists',
  },
  {
    status: 500,
    says: /listener address repeated|already claimed by server/,
    code: 'conflict',
    reason: 'address-taken',
    message: 'another tenant listens there',
  },
  {
    status: 500,
    says: /address already in use/,
    code: 'conflict',
    reason: 'address-taken',
    message: 'something else on its host listens there',
  },
  {
    status: 403,
    says: /host not allowed|origin not allowed/,
    code: 'permission-denied',
    reason: 'host-not-allowed',
    message: "its admin interface does not know itself by the endpoint's name; see admin.origins",
  },
]

export function explain({ status, body }: Refusal): Explanation | undefined {
  const text = said(body)
  return text === undefined ? undefined : REFUSALS.find((one) => one.status === status && one.says.test(text))
}

/** The text of Caddy's own errors. */
export function said(body: unknown): string | undefined {
  return textOf(own(body, 'error'))
}
