import { listOf, own, textOf } from '@amphora/http'

/** What a token is good for, as Keystone tells it. */
export interface TokenInfo {
  readonly project: { readonly id: string; readonly name?: string } | undefined
  readonly scope: 'project' | 'domain' | 'system' | 'unscoped'
  /** Epoch milliseconds by Keystone's clock. */
  readonly expiresAt: number | undefined
  readonly issuedAt: number | undefined
  readonly endpoints: readonly CatalogueEndpoint[]
}

/** One line of the catalogue. */
export interface CatalogueEndpoint {
  readonly type: string
  readonly interface: string
  readonly region: string | undefined
  readonly url: string
}

/** The body of `POST /auth/tokens`; `undefined` where it is none. */
export function readToken(body: unknown): TokenInfo | undefined {
  const token = own(body, 'token')
  if (typeof token !== 'object' || token === null) return undefined
  const id = textOf(own(own(token, 'project'), 'id'))
  const name = textOf(own(own(token, 'project'), 'name'))
  const project = id === undefined ? undefined : { id, ...(name === undefined ? {} : { name }) }
  return {
    project,
    scope: scopeOf(token, project !== undefined),
    expiresAt: timeOf(own(token, 'expires_at')),
    issuedAt: timeOf(own(token, 'issued_at')),
    endpoints: (listOf(own(token, 'catalog')) ?? []).flatMap(readService),
  }
}

function scopeOf(token: object, hasProject: boolean): TokenInfo['scope'] {
  if (hasProject) return 'project'
  if (textOf(own(own(token, 'domain'), 'id')) !== undefined) return 'domain'
  return own(own(token, 'system'), 'all') === true ? 'system' : 'unscoped'
}

function readService(service: unknown): readonly CatalogueEndpoint[] {
  const type = textOf(own(service, 'type'))
  if (type === undefined) return []
  return (listOf(own(service, 'endpoints')) ?? []).flatMap((endpoint) => {
    const face = textOf(own(endpoint, 'interface'))
    const url = textOf(own(endpoint, 'url'))
    const region = textOf(own(endpoint, 'region_id')) ?? textOf(own(endpoint, 'region'))
    return face === undefined || url === undefined ? [] : [{ type, interface: face, region, url }]
  })
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
