import {
  createFakeServer,
  type FakeResponse,
  type FakeServer,
  type RecordedRequest,
} from '@amphora/conformance/fake-server'
import { listOf, own } from '@amphora/http'

/** A Keystone of one user and one project, on a real socket, whose tokens end when a test says so. */
export interface FakeKeystone {
  readonly server: FakeServer
  /** What to write into `auth.authUrl`. */
  readonly authUrl: string
  /** Where services are, by type; each has all three interfaces in the region `RegionOne`. */
  readonly catalogue: Map<string, string>
  /** How long tokens live. */
  lifeMs: number
  /** Answers a request as a service behind Keystone does: with 401, unless its token is good. */
  readonly guard: (
    request: RecordedRequest,
    answer: () => FakeResponse | Promise<FakeResponse>,
  ) => FakeResponse | Promise<FakeResponse>
  /** Tokens that are good now. */
  readonly tokens: Set<string>
  readonly logins: () => number
  /** Makes a token as an operator would. */
  readonly issue: () => string
}

export const PASSWORD = 'canary-password'
export const CREDENTIAL_SECRET = 'canary-credential'
export const PROJECT = { id: '14574bb704364cd88ee9256a25128cb6', name: 'demo' }

export const LOGIN = 'POST /v3/auth/tokens'

export async function createFakeKeystone(now: () => number = Date.now): Promise<FakeKeystone> {
  const server = await createFakeServer()
  const tokens = new Set<string>()
  let made = 0
  const issue = (): string => {
    made += 1
    const token = `canary-token-${made}`
    tokens.add(token)
    return token
  }
  const keystone: FakeKeystone = {
    server,
    authUrl: server.url,
    catalogue: new Map(),
    lifeMs: 3_600_000,
    tokens,
    issue,
    logins: () => server.count(LOGIN),
    guard: (request, answer) => (tokens.has(header(request, 'x-auth-token')) ? answer() : unauthorized()),
  }
  const grant = (token: string, status: number, scope: unknown): FakeResponse => ({
    status,
    headers: { 'X-Subject-Token': token, 'x-openstack-request-id': 'req-login', date: new Date(now()).toUTCString() },
    json: {
      token: {
        issued_at: isoTime(now()),
        expires_at: isoTime(now() + keystone.lifeMs),
        user: { id: 'u-1', name: 'demo', domain: { id: 'default', name: 'Default' } },
        ...scopeOf(scope),
        catalog: catalogOf(keystone.catalogue),
      },
    },
  })
  server.route(LOGIN, (request) => {
    const auth = own(request.json(), 'auth')
    return isWelcome(own(auth, 'identity'), own(auth, 'scope'), tokens)
      ? grant(issue(), 201, own(auth, 'scope') ?? implied(own(auth, 'identity')))
      : unauthorized()
  })
  server.route('GET /v3/auth/tokens', (request) => {
    const token = header(request, 'x-subject-token')
    if (!tokens.has(header(request, 'x-auth-token'))) return unauthorized()
    return tokens.has(token) ? grant(token, 200, { project: PROJECT }) : { status: 404, json: { error: { code: 404 } } }
  })
  server.route('DELETE /v3/auth/tokens', (request) => {
    tokens.delete(header(request, 'x-subject-token'))
    return { status: 204 }
  })
  return keystone
}

function isWelcome(identity: unknown, scope: unknown, tokens: ReadonlySet<string>): boolean {
  const project = own(scope, 'project')
  const isKnown =
    scope === undefined ||
    project === undefined ||
    own(project, 'id') === PROJECT.id ||
    (own(project, 'name') === PROJECT.name && isDefault(own(project, 'domain')))
  const [method] = listOf(own(identity, 'methods')) ?? []
  const given = own(identity, String(method))
  if (method === 'token') return isKnown && tokens.has(String(own(given, 'id')))
  if (method === 'application_credential') {
    const isNamed = own(given, 'name') === 'robot' && isUser(own(given, 'user'))
    return scope === undefined && (own(given, 'id') === 'ac-1' || isNamed) && own(given, 'secret') === CREDENTIAL_SECRET
  }
  const user = own(given, 'user')
  return isKnown && isUser(user) && own(user, 'password') === PASSWORD
}

function isUser(user: unknown): boolean {
  return own(user, 'id') === 'u-1' || (own(user, 'name') === 'demo' && isDefault(own(user, 'domain')))
}

function isDefault(domain: unknown): boolean {
  return own(domain, 'id') === 'default' || own(domain, 'name') === 'Default'
}

function implied(identity: unknown): unknown {
  return own(identity, 'application_credential') === undefined ? undefined : { project: PROJECT }
}

function scopeOf(scope: unknown): object {
  if (own(scope, 'project') !== undefined) return { project: { ...PROJECT, domain: { id: 'default' } } }
  if (own(scope, 'domain') !== undefined) return { domain: { id: 'default', name: 'Default' } }
  return own(scope, 'system') === undefined ? {} : { system: { all: true } }
}

function catalogOf(catalogue: ReadonlyMap<string, string>): readonly object[] {
  return [...catalogue].map(([type, url]) => ({
    type,
    name: type,
    endpoints: ['public', 'internal', 'admin'].map((face) => ({ interface: face, region_id: 'RegionOne', url })),
  }))
}

export function unauthorized(): FakeResponse {
  return {
    status: 401,
    headers: { 'x-openstack-request-id': 'req-401' },
    json: {
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    },
  }
}

function header(request: RecordedRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
