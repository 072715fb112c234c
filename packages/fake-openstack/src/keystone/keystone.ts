import { createFakeServer, type FakeClock, type FakeServer } from '@amphora/conformance/fake-server'
import type { FakeResponse, Handler, RecordedRequest, RouteTemplate } from '@amphora/conformance/fake-server'
import { catalogueOf, type FakeService } from './catalogue.ts'
import { hexId, requestId } from '../toolkit/ids.ts'
import { parsed, type JsonRecord } from '../toolkit/json.ts'
import { logIn, type Directory } from './login.ts'
import { answered, Refusal } from '../toolkit/refusal.ts'
import { auditId, tokenText, type FakeIdentity, type FakeToken } from './token.ts'
import { usualUsers, type FakeUser } from './users.ts'
import { systemClock } from '../toolkit/system-clock.ts'

export interface FakeKeystoneOptions {
  readonly clock?: FakeClock
  /** Default: `admin` and `demo`, password `secret`, each in a project of their name. */
  readonly users?: readonly FakeUser[]
  /** By type; Keystone itself is added. */
  readonly services?: Readonly<Record<string, FakeService>>
  /** Default: 24 hours. */
  readonly tokenLifeMs?: number
}

/** Keystone 22 as its clients see it, version 3 of its API. */
export interface FakeKeystone extends AsyncDisposable {
  readonly server: FakeServer
  /** `http://127.0.0.1:<port>`, without a version: there is the version list. */
  readonly url: string
  /** `url` with `/v3`. */
  readonly authUrl: string
  /** How many logins succeeded. Those that were tried: `server.count('POST /v3/auth/tokens')`. */
  readonly logins: number
  /** Of the tokens issued from now on. */
  tokenLifeMs: number
  /** What the catalogue of tokens issued from now on says. */
  readonly services: Map<string, FakeService>
  /** Those that are good now, oldest first. */
  tokens(): readonly FakeToken[]
  /** Who sent this; `undefined` where its `X-Auth-Token` is missing, garbage, revoked or past its end. */
  authenticate(request: Pick<RecordedRequest, 'headers'>): FakeIdentity | undefined
  /** What a service in front of which Keystone's middleware stands says to whom `authenticate` does not know. */
  unauthorized(): FakeResponse
  /** From now on every token issued so far is a 401. */
  expireTokens(): void
  revoke(token: string): void
  setPassword(userName: string, password: string): void
  projectId(name: string): string
  userId(name: string): string
  close(): Promise<void>
}

const NEEDS_LOGIN = 'The request you have made requires authentication.'

export async function createFakeKeystone(options: FakeKeystoneOptions = {}): Promise<FakeKeystone> {
  const clock = options.clock ?? systemClock
  const server = await createFakeServer({ clock })
  const users = new Map((options.users ?? usualUsers).map((user) => [user.name, user]))
  const tokens = new Map<string, FakeToken>()
  const services = new Map<string, FakeService>([
    ['identity', `${server.url}/v3`],
    ...Object.entries(options.services ?? {}),
  ])
  const challenge = { 'www-authenticate': `Keystone uri="${server.url}/v3"` }
  let logins = 0

  const directory: Directory = {
    users: () => [...users.values()],
    userId: (name) => hexId(`user ${name}`),
    projectId: (name) => hexId(`project ${name}`),
    token: (text) => good(text),
  }

  const keystone: FakeKeystone = {
    server,
    url: server.url,
    authUrl: `${server.url}/v3`,
    get logins() {
      return logins
    },
    tokenLifeMs: options.tokenLifeMs ?? 24 * 60 * 60 * 1000,
    services,
    tokens: () => [...tokens.keys()].flatMap((text) => good(text) ?? []),
    authenticate: ({ headers }) => {
      const text = headers['x-auth-token']
      return typeof text === 'string' ? good(text)?.identity : undefined
    },
    unauthorized: () => ({
      status: 401,
      headers: challenge,
      json: { error: { code: 401, title: 'Unauthorized', message: NEEDS_LOGIN } },
    }),
    expireTokens: () => tokens.clear(),
    revoke: (token) => void tokens.delete(token),
    setPassword: (userName, password) => {
      const user = users.get(userName)
      if (user === undefined) throw new Error(`nobody is called ${userName}`)
      users.set(userName, { ...user, password })
    },
    projectId: (name) => directory.projectId(name),
    userId: (name) => directory.userId(name),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }

  function good(text: string): FakeToken | undefined {
    const token = tokens.get(text)
    return token !== undefined && token.expiresAt > clock.now() ? token : undefined
  }

  function route<const T extends RouteTemplate>(template: T, handler: Handler<T>): void {
    server.route(template, async (request) => {
      const answer = await answered(() => handler(request))
      return {
        ...answer,
        headers: { vary: 'X-Auth-Token', 'x-openstack-request-id': requestId(), ...answer.headers },
      }
    })
  }

  function caller(request: Pick<RecordedRequest, 'headers'>): FakeIdentity {
    const identity = keystone.authenticate(request)
    if (identity === undefined) throw refusal(401, 'Unauthorized', NEEDS_LOGIN, challenge)
    return identity
  }

  function subject({ headers }: Pick<RecordedRequest, 'headers'>): FakeToken {
    const text = headers['x-subject-token']
    if (typeof text !== 'string') {
      throw refusal(
        403,
        'Forbidden',
        'You are not authorized to perform the requested action: identity:validate_token.',
      )
    }
    if (!text.startsWith('gAAAAA')) throw refusal(404, 'Not Found', 'Could not recognize Fernet token')
    const token = good(text)
    if (token === undefined) throw refusal(404, 'Not Found', 'Failed to validate token')
    return token
  }

  const version = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${server.url}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  }
  route('GET /', () => ({
    status: 300,
    headers: { location: `${server.url}/v3/` },
    json: { versions: { values: [version] } },
  }))
  for (const path of ['GET /v3', 'GET /v3/'] as const) route(path, () => ({ json: { version } }))

  route('POST /v3/auth/tokens', (request) => {
    const found = logIn(parsed(request.text()), directory)
    if ('refused' in found) {
      const { status, title, message, identity } = found.refused
      throw refusal(status, title, message, status === 401 ? challenge : {}, identity)
    }
    logins += 1
    const issuedAt = clock.now()
    const token: FakeToken = {
      ...found,
      text: tokenText(),
      auditIds: [auditId(), ...found.auditIds],
      issuedAt,
      expiresAt: Math.min(issuedAt + keystone.tokenLifeMs, found.notAfter),
      document: found.isScoped ? { ...found.document, catalog: catalogueOf(services) } : found.document,
    }
    tokens.set(token.text, token)
    return { status: 201, headers: { 'x-subject-token': token.text }, json: documentOf(token) }
  })
  route('GET /v3/auth/tokens', (request) => {
    caller(request)
    const token = subject(request)
    return { headers: { 'x-subject-token': token.text }, json: documentOf(token) }
  })
  route('DELETE /v3/auth/tokens', (request) => {
    caller(request)
    tokens.delete(subject(request).text)
    return { status: 204 }
  })
  route('GET /v3/auth/catalog', (request) => {
    caller(request)
    return { json: { catalog: catalogueOf(services), links: { self: `${server.url}/v3/auth/catalog` } } }
  })
  route('GET /v3/users/{id}', (request) => {
    caller(request)
    const { id } = request.params
    const user = directory.users().find(({ name }) => directory.userId(name) === id)
    if (user === undefined) throw refusal(404, 'Not Found', `Could not find user: ${id}.`)
    return { json: { user: { id, name: user.name, domain_id: 'default', enabled: true } } }
  })

  return keystone
}

function refusal(
  status: number,
  title: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  identity?: JsonRecord,
): Refusal {
  const more = identity === undefined ? {} : { identity }
  return new Refusal({ status, headers, json: { error: { code: status, ...more, message, title } } })
}

function documentOf(token: FakeToken): JsonRecord {
  return {
    token: {
      methods: token.methods,
      user: {
        domain: { id: 'default', name: 'Default' },
        id: token.identity.userId,
        name: token.identity.userName,
        password_expires_at: null,
      },
      audit_ids: token.auditIds,
      expires_at: instant(token.expiresAt),
      issued_at: instant(token.issuedAt),
      ...token.document,
    },
  }
}

/** `2026-11-23T16:27:26.000000Z`, to the microsecond. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
