import type { Credentials, Reference, Scope } from '../cloud/credentials.ts'

/** Credentials of which the secret has been asked for. */
export type Login = Exclude<Credentials, { readonly kind: 'none' | 'http_basic' }>

/** The body of `POST /v3/auth/tokens` (docs.openstack.org/api-ref/identity/v3, Password, Application Credential, Token). */
export function authBody(login: Login, secret: string): object {
  if (login.kind === 'token') return scoped({ methods: ['token'], token: { id: secret } }, login.scope)
  if (login.kind === 'password') {
    const user = { ...reference(login.user), password: secret }
    return scoped({ methods: ['password'], password: { user } }, login.scope)
  }
  const { credential } = login
  const who = 'id' in credential ? { id: credential.id } : { name: credential.name, user: reference(credential.user) }
  // It is for its own project, and a request that names one is refused.
  return scoped({ methods: ['application_credential'], application_credential: { ...who, secret } }, undefined)
}

function scoped(identity: object, scope: Scope): object {
  if (scope === undefined) return { auth: { identity } }
  if ('system' in scope) return { auth: { identity, scope: { system: { all: true } } } }
  return 'project' in scope
    ? { auth: { identity, scope: { project: reference(scope.project) } } }
    : { auth: { identity, scope: { domain: reference(scope.domain) } } }
}

function reference(one: Reference): object {
  if ('id' in one) return { id: one.id }
  return one.domain === undefined ? { name: one.name } : { name: one.name, domain: reference(one.domain) }
}
