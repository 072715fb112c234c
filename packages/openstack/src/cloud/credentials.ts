import type { AuthSettings, AuthType } from '../options.ts'
import type { Secret } from '../secret.ts'
import { authUrlOf } from './auth-url.ts'
import { configError } from './config-error.ts'

/** Something by its name or its id. */
export type Reference = { readonly id: string } | { readonly name: string; readonly domain?: Reference | undefined }

/** What a token is for. `undefined`: whatever Keystone makes it for. */
export type Scope =
  | { readonly project: Reference }
  | { readonly domain: Reference }
  | { readonly system: { readonly all: true } }
  | undefined

/** Everything that a login needs. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'http_basic'; readonly username: string; readonly password: Secret }
  | {
      readonly kind: 'password'
      readonly authUrl: URL
      readonly user: Reference
      readonly password: Secret
      readonly scope: Scope
    }
  | {
      readonly kind: 'application-credential'
      readonly authUrl: URL
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Reference }
      readonly secret: Secret
    }
  | { readonly kind: 'token'; readonly authUrl: URL; readonly token: Secret; readonly scope: Scope }

/** @throws {AmphoraComputeError} naming everything that is missing, and where it was looked for. */
export function credentialsOf(auth: AuthSettings, where: string): Credentials {
  const found = readCredentials(auth)
  if ('kind' in found) return found
  throw configError(`${where}: ${found.problems.join('; ')}`)
}

/** The same in words: nothing where the credentials are complete. */
export function credentialProblems(auth: AuthSettings): readonly string[] {
  const found = readCredentials(auth)
  return 'kind' in found ? [] : found.problems
}

type Found = Credentials | { readonly problems: readonly string[] }

function readCredentials(auth: AuthSettings): Found {
  return READERS[typeOf(auth)](auth)
}

const READERS: Readonly<Record<AuthType, (auth: AuthSettings) => Found>> = {
  password,
  'application-credential': applicationCredential,
  token,
  none: () => ({ kind: 'none' }),
  http_basic: httpBasic,
}

/** Left out, it follows from the secret that is there; a password is what is missed where there is none. */
function typeOf({ type, applicationCredentialSecret, token: given, password: word }: AuthSettings): AuthType {
  if (type === 'password' && word === undefined && applicationCredentialSecret !== undefined)
    return 'application-credential'
  if (type === 'password' && word === undefined && given !== undefined) return 'token'
  if (type !== undefined) return type
  if (applicationCredentialSecret !== undefined) return 'application-credential'
  return word === undefined && given !== undefined ? 'token' : 'password'
}

function httpBasic({ username, password: word }: AuthSettings): Found {
  if (username !== undefined && word !== undefined) return { kind: 'http_basic', username, password: word }
  return { problems: missing({ username, password: word }) }
}

function password(auth: AuthSettings): Found {
  const authUrl = urlIn(auth)
  const user = userIn(auth)
  const scope = scopeIn(auth)
  const { password: word } = auth
  if (authUrl instanceof URL && !isProblem(user) && !isProblem(scope) && word !== undefined) {
    return { kind: 'password', authUrl, user, password: word, scope }
  }
  return { problems: problems(authUrl, user, scope, word === undefined ? 'password is missing' : undefined) }
}

function applicationCredential(auth: AuthSettings): Found {
  const authUrl = urlIn(auth)
  const { applicationCredentialId: id, applicationCredentialName: name, applicationCredentialSecret: secret } = auth
  const user = id === undefined && name !== undefined ? userIn(auth) : undefined
  const credential =
    id !== undefined
      ? { id }
      : name !== undefined && user !== undefined && !isProblem(user)
        ? { name, user }
        : undefined
  if (authUrl instanceof URL && credential !== undefined && secret !== undefined) {
    return { kind: 'application-credential', authUrl, credential, secret }
  }
  return {
    problems: problems(
      authUrl,
      user,
      id === undefined && name === undefined
        ? 'applicationCredentialId (application_credential_id) is missing, or its name with a user'
        : undefined,
      secret === undefined ? 'applicationCredentialSecret (application_credential_secret) is missing' : undefined,
    ),
  }
}

function token(auth: AuthSettings): Found {
  const authUrl = urlIn(auth)
  const scope = scopeIn(auth)
  const { token: given } = auth
  if (authUrl instanceof URL && !isProblem(scope) && given !== undefined)
    return { kind: 'token', authUrl, token: given, scope }
  return { problems: problems(authUrl, scope, given === undefined ? 'token is missing' : undefined) }
}

function urlIn({ authUrl }: AuthSettings): URL | string {
  if (authUrl === undefined) return 'authUrl (auth_url) is missing'
  const url = authUrlOf(authUrl)
  return typeof url === 'string' ? `authUrl (auth_url) ${url}` : url
}

function userIn({ userId, username, userDomainId, userDomainName }: AuthSettings): Reference | string {
  if (userId !== undefined) return { id: userId }
  if (username === undefined) return 'username or userId (user_id) is missing'
  const domain = reference(userDomainId, userDomainName)
  return domain === undefined
    ? 'userDomainName or userDomainId (user_domain_name, user_domain_id) is missing'
    : { name: username, domain }
}

function scopeIn(auth: AuthSettings): Scope | string {
  const { projectId, projectName, domainId, domainName, systemScope } = auth
  if (systemScope !== undefined) return { system: { all: true } }
  if (projectId !== undefined) return { project: { id: projectId } }
  if (projectName !== undefined) {
    const domain = reference(auth.projectDomainId, auth.projectDomainName)
    return domain === undefined
      ? 'projectDomainName or projectDomainId (project_domain_name, project_domain_id) is missing'
      : { project: { name: projectName, domain } }
  }
  const domain = reference(domainId, domainName)
  return domain === undefined ? undefined : { domain }
}

function reference(id: string | undefined, name: string | undefined): Reference | undefined {
  if (id !== undefined) return { id }
  return name === undefined ? undefined : { name }
}

function isProblem(found: unknown): found is string {
  return typeof found === 'string'
}

function problems(...found: readonly unknown[]): readonly string[] {
  return found.filter(isProblem)
}

function missing(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [`${name} is missing`] : []))
}
