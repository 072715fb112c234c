import { at, isRecord, listAt, textAt, type JsonRecord } from '../toolkit/json.ts'
import { hexId } from '../toolkit/ids.ts'
import type { FakeIdentity, FakeToken } from './token.ts'
import type { FakeApplicationCredential, FakeUser } from './users.ts'

/** Who there is. */
export interface Directory {
  users(): readonly FakeUser[]
  userId(name: string): string
  projectId(name: string): string
  /** A token that is good now. */
  token(text: string): FakeToken | undefined
}

/** A login that succeeded. */
export interface Grant {
  readonly identity: FakeIdentity
  readonly methods: readonly string[]
  /** Those of the token it was bought with. */
  readonly auditIds: readonly string[]
  /** A token that was bought with another ends with it. */
  readonly notAfter: number
  readonly isScoped: boolean
  /** `project`, `system`, `roles`. */
  readonly document: JsonRecord
}

interface Refused {
  readonly refused: {
    readonly status: number
    readonly title: string
    readonly message: string
    /** What Keystone adds where it says which methods there are. */
    readonly identity?: JsonRecord
  }
}

/** What `POST /v3/auth/tokens` makes of its body. Whatever is wrong with the secret or the scope is one 401. */
export function logIn(body: unknown, directory: Directory): Grant | Refused {
  if (body === undefined) return malformed('valid JSON in request body')
  if (!isRecord(at(body, 'auth'))) return malformed('auth in request body')
  const identity = at(body, 'auth', 'identity')
  const [method] = listAt(identity, 'methods')
  const scope = at(body, 'auth', 'scope')
  if (method === 'password') return withPassword(at(identity, 'password', 'user'), scope, directory)
  if (method === 'application_credential') return withCredential(at(identity, method), scope, directory)
  if (method === 'token') return withToken(textAt(identity, 'token', 'id') ?? '', scope, directory)
  const methods = ['external', 'password', 'token', 'oauth1', 'mapped', 'application_credential']
  return refused(401, 'Unauthorized', 'Attempted to authenticate with an unsupported method.', { methods })
}

function withPassword(given: unknown, scope: unknown, directory: Directory): Grant | Refused {
  const user = userOf(given, directory)
  if (user === undefined || user.password !== textAt(given, 'password')) return wrong()
  return scoped(user, scope ?? usualScope(user), { methods: ['password'] }, directory)
}

function withCredential(given: unknown, scope: unknown, directory: Directory): Grant | Refused {
  const id = textAt(given, 'id')
  const owners = id === undefined ? [userOf(at(given, 'user'), directory)] : directory.users()
  const [found] = owners.flatMap((user) =>
    credentialsOf(user).filter((one) => one.id === id || one.name === textAt(given, 'name')),
  )
  if (found === undefined) {
    return id === undefined ? wrong() : refused(404, 'Not Found', `Could not find Application Credential: ${id}.`)
  }
  if (found.secret !== textAt(given, 'secret')) return wrong()
  if (scope !== undefined) {
    const message = 'Error authenticating with application credential: Application credentials cannot request a scope.'
    return refused(401, 'Unauthorized', message, {})
  }
  const grant = scoped(found.user, projectNamed(found.project), { methods: ['application_credential'] }, directory)
  if ('refused' in grant) return grant
  const { id: credential, name } = found
  return {
    ...grant,
    document: { ...grant.document, application_credential: { id: credential, name, restricted: true } },
  }
}

function withToken(text: string, scope: unknown, directory: Directory): Grant | Refused {
  if (!text.startsWith('gAAAAA')) return refused(404, 'Not Found', 'Could not recognize Fernet token')
  const token = directory.token(text)
  const user = directory.users().find(({ name }) => name === token?.identity.userName)
  if (token === undefined || user === undefined) return wrong()
  const { auditIds, expiresAt } = token
  const methods = ['token', ...token.methods.filter((method) => method !== 'token')]
  return scoped(user, scope, { methods, auditIds: auditIds.slice(-1), notAfter: expiresAt }, directory)
}

/** The user with the rights that a scope gives. */
function scoped(
  user: FakeUser,
  scope: unknown,
  how: Pick<Grant, 'methods'> & Partial<Pick<Grant, 'auditIds' | 'notAfter'>>,
  directory: Directory,
): Grant | Refused {
  const grant = (roles: readonly string[], more: JsonRecord, project?: FakeIdentity['project']): Grant => ({
    auditIds: [],
    notAfter: Infinity,
    ...how,
    identity: {
      userId: directory.userId(user.name),
      userName: user.name,
      project,
      roles,
      isAdmin: roles.includes('admin'),
    },
    isScoped: roles.length > 0,
    document: roles.length === 0 ? {} : { ...more, roles: roles.map((name) => ({ id: hexId(`role ${name}`), name })) },
  })

  if (scope === undefined || scope === 'unscoped' || at(scope, 'unscoped') !== undefined) return grant([], {})
  if (at(scope, 'system') !== undefined) {
    return user.systemRoles === undefined ? wrong() : grant(user.systemRoles, { system: { all: true } })
  }
  const wanted = at(scope, 'project')
  if (wanted === undefined) return wrong()
  if (textAt(wanted, 'name') !== undefined && at(wanted, 'domain') === undefined) return malformed('domain in project')
  const found = Object.entries(user.projects).find(([name]) =>
    textAt(wanted, 'id') === undefined
      ? name === textAt(wanted, 'name') && isDefault(at(wanted, 'domain'))
      : directory.projectId(name) === textAt(wanted, 'id'),
  )
  if (found === undefined) return wrong()
  const [name, roles] = found
  const project = { id: directory.projectId(name), name }
  const domain = { id: 'default', name: 'Default' }
  return grant(roles, { project: { domain, ...project }, is_domain: false }, project)
}

function userOf(given: unknown, directory: Directory): FakeUser | undefined {
  const id = textAt(given, 'id')
  return directory
    .users()
    .find(({ name }) =>
      id === undefined
        ? name === textAt(given, 'name') && isDefault(at(given, 'domain'))
        : directory.userId(name) === id,
    )
}

function credentialsOf(
  user: FakeUser | undefined,
): readonly (FakeApplicationCredential & { readonly id: string; readonly user: FakeUser })[] {
  if (user === undefined) return []
  return (user.applicationCredentials ?? []).map((one) => ({
    id: credentialId(user.name, one.name),
    ...one,
    user,
  }))
}

/** The id of an application credential that was given none. */
export function credentialId(userName: string, name: string): string {
  return hexId(`credential ${userName} ${name}`)
}

function usualScope(user: FakeUser): unknown {
  return user.defaultProject === undefined ? undefined : projectNamed(user.defaultProject)
}

function projectNamed(name: string): unknown {
  return { project: { name, domain: { id: 'default' } } }
}

function isDefault(domain: unknown): boolean {
  return textAt(domain, 'id') === 'default' || textAt(domain, 'name') === 'Default'
}

function wrong(): Refused {
  return refused(401, 'Unauthorized', 'The request you have made requires authentication.')
}

function malformed(missing: string): Refused {
  return refused(
    400,
    'Bad Request',
    `Expecting to find ${missing}. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  )
}

function refused(status: number, title: string, message: string, identity?: JsonRecord): Refused {
  return { refused: { status, title, message, ...(identity === undefined ? {} : { identity }) } }
}
