import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuthOptions } from '../src/index.ts'
import { createCloud, endless, failure, listServers, novaOf, password, type Cloud } from './cloud.ts'
import { CREDENTIAL_SECRET, LOGIN, PASSWORD, PROJECT } from './fake-keystone.ts'

let cloud: Cloud

beforeEach(async () => {
  cloud = await createCloud()
})
afterEach(() => cloud.close())

const user = { id: 'u-1', password: PASSWORD }
const named = { name: 'demo', domain: { name: 'Default' }, password: PASSWORD }
const byPassword = (who: object): object => ({ methods: ['password'], password: { user: who } })

describe('a login', () => {
  it.each<[string, AuthOptions, object, object | undefined, string]>([
    ['with names', password, byPassword(named), { project: { name: 'demo', domain: { name: 'Default' } } }, 'project'],
    [
      'with ids',
      { userId: 'u-1', password: PASSWORD, projectId: PROJECT.id },
      byPassword(user),
      { project: { id: PROJECT.id } },
      'project',
    ],
    [
      'with ids of domains',
      {
        username: 'demo',
        userDomainId: 'default',
        password: PASSWORD,
        projectName: 'demo',
        projectDomainId: 'default',
      },
      byPassword({ ...named, domain: { id: 'default' } }),
      { project: { name: 'demo', domain: { id: 'default' } } },
      'project',
    ],
    [
      'for a domain',
      { userId: 'u-1', password: PASSWORD, domainName: 'Default' },
      byPassword(user),
      { domain: { name: 'Default' } },
      'domain',
    ],
    [
      'for a domain by its id',
      { userId: 'u-1', password: PASSWORD, domainId: 'default' },
      byPassword(user),
      { domain: { id: 'default' } },
      'domain',
    ],
    [
      'for the system',
      { userId: 'u-1', password: PASSWORD, systemScope: 'all' },
      byPassword(user),
      { system: { all: true } },
      'system',
    ],
    ['for nothing', { userId: 'u-1', password: PASSWORD }, byPassword(user), undefined, 'unscoped'],
    [
      'with an application credential',
      { applicationCredentialId: 'ac-1', applicationCredentialSecret: CREDENTIAL_SECRET },
      { methods: ['application_credential'], application_credential: { id: 'ac-1', secret: CREDENTIAL_SECRET } },
      undefined,
      'project',
    ],
    [
      'with an application credential by its name',
      {
        applicationCredentialName: 'robot',
        applicationCredentialSecret: CREDENTIAL_SECRET,
        username: 'demo',
        userDomainName: 'Default',
      },
      {
        methods: ['application_credential'],
        application_credential: {
          name: 'robot',
          user: { name: 'demo', domain: { name: 'Default' } },
          secret: CREDENTIAL_SECRET,
        },
      },
      undefined,
      'project',
    ],
    [
      'with a password that a function gives',
      { userId: 'u-1', password: async () => PASSWORD },
      byPassword(user),
      undefined,
      'unscoped',
    ],
  ])('%s', async (_how, auth, identity, scope, expected) => {
    const session = cloud.session({ auth })
    expect(await session.scope(endless())).toBe(expected)
    const [request] = cloud.keystone.server.requests(LOGIN)
    expect(request?.json()).toEqual({ auth: scope === undefined ? { identity } : { identity, scope } })
    expect(await session.project(endless())).toEqual(expected === 'project' ? PROJECT : undefined)
    expect(cloud.keystone.logins()).toBe(1)
  })

  it('is not made before the first request', async () => {
    const session = cloud.session()
    const nova = novaOf(session)
    expect(cloud.keystone.server.count()).toBe(0)
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(1)
  })

  it.each([
    ['', '/v3'],
    ['/', '/v3'],
    ['/v3', '/v3'],
    ['/v3/', '/v3'],
    ['/identity', '/identity/v3'],
    ['/identity/v3/', '/identity/v3'],
  ])('at an address that ends in "%s" goes to %s', async (end, path) => {
    const { server } = cloud.keystone
    server.route('POST /identity/v3/auth/tokens', () => ({ status: 401 }))
    const session = cloud.session({ auth: { ...password, authUrl: `${server.url}${end}` } })
    await session.project(endless()).catch(() => {})
    expect(server.requests().map((request) => request.path)).toEqual([`${path}/auth/tokens`])
  })
})

describe('a login that is refused', () => {
  it.each<[string, AuthOptions]>([
    ['a wrong password', { ...password, password: 'canary-wrong' }],
    ['an unknown project', { ...password, projectName: 'nosuch' }],
    ['an unknown user', { ...password, username: 'nosuch' }],
  ])('for %s is unauthenticated, and names both causes, since Keystone does not tell', async (_what, auth) => {
    const error = await failure(cloud.session({ auth }).project(endless()))
    expect(error).toMatchObject({
      code: 'unauthenticated',
      reason: 'openstack/login',
      verdict: 'unsent',
      status: 401,
      requestId: 'req-401',
    })
    expect(error.message).toBe(
      'Keystone would not let us in: either the user, its domain or its password is wrong, or the project (or domain) does not exist or is not open to this user; it does not tell which',
    )
    expect(String(error.cause)).toBe('Error: HTTP 401 (req-401)')
  })

  it('for a credential says so', async () => {
    const auth = { applicationCredentialId: 'ac-1', applicationCredentialSecret: 'canary-wrong' }
    expect(await failure(cloud.session({ auth }).project(endless()))).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('the application credential or its secret is wrong'),
    })
  })

  it.each([
    [500, 'internal'],
    [503, 'unavailable'],
    [429, 'resource-exhausted'],
    [404, 'not-found'],
    [403, 'permission-denied'],
  ])('with %i is %s, and nothing was sent of what was to be done', async (status, code) => {
    await cloud.keystone.server.inject({ kind: 'status', status, headers: { 'retry-after': '7' } })
    const error = await failure(listServers(novaOf(cloud.session())))
    expect(error).toMatchObject({ code, verdict: 'unsent', status, retryAfterMs: 7000 })
    expect(cloud.nova.count()).toBe(0)
  })

  it.each([
    ['reset-before', 'unavailable', 'http/connection-lost'],
    ['malformed', 'internal', 'http/unreadable-answer'],
    ['wrong-shape', 'internal', 'openstack/unreadable-answer'],
    ['empty', 'internal', 'openstack/unreadable-answer'],
    ['refuse', 'unavailable', 'http/unreachable'],
    ['redirect', 'internal', 'openstack/unexpected-redirect'],
  ] as const)('by %s is %s, %s, and nothing was sent', async (kind, code, reason) => {
    await cloud.keystone.server.inject(kind === 'redirect' ? { kind, to: cloud.nova.url } : { kind })
    expect(await failure(listServers(novaOf(cloud.session())))).toMatchObject({ code, reason, verdict: 'unsent' })
    expect(cloud.nova.count()).toBe(0)
  })

  it('is not kept', async () => {
    const session = cloud.session()
    await cloud.keystone.server.inject({ kind: 'status', status: 503, times: 1 })
    await failure(session.project(endless()))
    expect(await session.project(endless())).toEqual(PROJECT)
  })

  it('without a token in its header is unreadable', async () => {
    cloud.keystone.server.route(LOGIN, () => ({ status: 201, json: { token: { project: PROJECT } } }))
    expect(await failure(cloud.session().project(endless()))).toMatchObject({ reason: 'openstack/unreadable-answer' })
  })
})

describe('a token that somebody else got', () => {
  it('is asked for its catalogue, and is used as it is', async () => {
    const token = cloud.keystone.issue()
    const session = cloud.session({ auth: { token } })
    await listServers(novaOf(session))
    expect(cloud.nova.requests()[0]?.headers['x-auth-token']).toBe(token)
    expect(await session.project(endless())).toEqual(PROJECT)
    expect(cloud.keystone.logins()).toBe(0)
    expect(cloud.keystone.server.count('GET /v3/auth/tokens')).toBe(1)
  })

  it('is not ours to revoke', async () => {
    const token = cloud.keystone.issue()
    const session = cloud.session({ auth: { token } })
    await session.project(endless())
    await session.close()
    expect(cloud.keystone.tokens).toContain(token)
  })

  it('is changed for one with another scope where one is asked for, which is ours', async () => {
    const token = cloud.keystone.issue()
    const session = cloud.session({ auth: { token, projectId: PROJECT.id } })
    await listServers(novaOf(session))
    const [request] = cloud.keystone.server.requests(LOGIN)
    expect(request?.json()).toEqual({
      auth: { identity: { methods: ['token'], token: { id: token } }, scope: { project: { id: PROJECT.id } } },
    })
    await session.close()
    expect([...cloud.keystone.tokens]).toEqual([token])
  })

  it('cannot be renewed: the first 401 is final', async () => {
    const token = cloud.keystone.issue()
    const nova = novaOf(cloud.session({ auth: { token } }))
    await listServers(nova)
    cloud.keystone.tokens.delete(token)
    expect(await failure(listServers(nova))).toMatchObject({ code: 'unauthenticated', status: 401, verdict: 'refused' })
    expect(cloud.nova.count()).toBe(2)
  })

  it('from a function is asked for again', async () => {
    const given = [cloud.keystone.issue(), cloud.keystone.issue()]
    const nova = novaOf(cloud.session({ auth: { token: () => given.shift() ?? '' } }))
    const [first, second] = [...given]
    await listServers(nova)
    cloud.keystone.tokens.delete(String(first))
    await listServers(nova)
    expect(cloud.nova.requests().map(({ headers }) => headers['x-auth-token'])).toEqual([first, first, second])
  })

  it('that is no longer good at the first look is unauthenticated', async () => {
    const error = await failure(cloud.session({ auth: { token: 'canary-stale' } }).project(endless()))
    expect(error).toMatchObject({ code: 'unauthenticated', reason: 'openstack/login' })
    expect(error.message).toContain('the token that was given has expired or been revoked')
  })
})

describe('without Keystone', () => {
  it('none sends no token', async () => {
    cloud.nova.route('GET /v2.1/servers', () => ({ json: { servers: [] } }))
    const session = cloud.session({ auth: { type: 'none' }, endpointOverride: { compute: `${cloud.nova.url}/v2.1` } })
    await listServers(novaOf(session))
    expect(cloud.nova.requests()[0]?.headers).not.toHaveProperty('x-auth-token')
    expect(await session.scope(endless())).toBe('none')
    expect(await session.project(endless())).toBeUndefined()
    await session.close()
    expect(cloud.keystone.server.count()).toBe(0)
  })

  it('http_basic sends name and password', async () => {
    cloud.nova.route('GET /v2.1/servers', () => ({ json: { servers: [] } }))
    const session = cloud.session({
      auth: { type: 'http_basic', username: 'demo', password: 'pä:ss' },
      endpointOverride: { compute: `${cloud.nova.url}/v2.1` },
    })
    await listServers(novaOf(session))
    const { authorization } = cloud.nova.requests()[0]?.headers ?? {}
    expect(authorization).toBe(`Basic ${Buffer.from('demo:pä:ss').toString('base64')}`)
    expect(cloud.keystone.server.count()).toBe(0)
  })

  it('a service that no override names cannot be found', async () => {
    const session = cloud.session({ auth: { type: 'none' }, endpointOverride: { compute: cloud.nova.url } })
    const image = session.service('image', { peer: 'Glance', reasonPrefix: 'nova' })
    expect(await failure(listServers(image))).toMatchObject({
      code: 'failed-precondition',
      reason: 'openstack/no-endpoint',
      message: 'Glance cannot be found: without a catalogue endpointOverride must say where "image" is',
    })
  })
})

describe('a secret from a function', () => {
  it.each([
    ['that fails', () => Promise.reject(new Error('canary')), 'the function that gives the password failed'],
    ['that gives none', () => '', 'the function that gives the password gave no text, or one with control characters'],
    ['that gives a line break', () => 'canary\n', 'gave no text, or one with control characters'],
  ])('%s lets nothing leave, and shows nothing', async (_how, given, words) => {
    const error = await failure(cloud.session({ auth: { ...password, password: given } }).project(endless()))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'openstack/secret', verdict: 'unsent' })
    expect(error.message).toContain(words)
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain('canary')
    expect(cloud.keystone.server.count()).toBe(0)
  })
})

describe('close', () => {
  it('has Keystone forget the token that was made for us', async () => {
    const session = cloud.session()
    await session.project(endless())
    const [token] = cloud.keystone.tokens
    await session.close()
    const [request] = cloud.keystone.server.requests('DELETE /v3/auth/tokens')
    expect(request?.headers).toMatchObject({ 'x-auth-token': token, 'x-subject-token': token })
    expect([...cloud.keystone.tokens]).toEqual([])
  })

  it('sends nothing where there is no token, and may be called again', async () => {
    const session = cloud.session()
    await session.close()
    await session.close()
    expect(cloud.keystone.server.count()).toBe(0)
  })

  it.each(['hang', 'reset-before', 'refuse', 'status'] as const)(
    'resolves soon also where Keystone %ss',
    async (kind) => {
      const session = cloud.session()
      await session.project(endless())
      await cloud.keystone.server.inject(kind === 'status' ? { kind, status: 500 } : { kind })
      const startedAt = performance.now()
      await session.close()
      expect(performance.now() - startedAt).toBeLessThan(10_000)
    },
  )

  it('lets nothing through afterwards', async () => {
    const session = cloud.session()
    const nova = novaOf(session)
    await listServers(nova)
    await session.close()
    expect(await failure(listServers(nova))).toMatchObject({ code: 'cancelled', reason: 'openstack/closed' })
    expect(await failure(session.project(endless()))).toMatchObject({ reason: 'openstack/closed', verdict: 'unsent' })
    expect(cloud.nova.count()).toBe(1)
  })

  it('during the login ends it', async () => {
    const session = cloud.session()
    await cloud.keystone.server.inject({ kind: 'hang' })
    const waiting = failure(session.project(endless()))
    await cloud.keystone.server.seen(LOGIN)
    await session.close()
    expect(await waiting).toMatchObject({ code: 'cancelled', verdict: 'unsent' })
  })
})
