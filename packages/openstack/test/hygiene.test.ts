import { createListener, type Listener } from '@amphora/conformance/fake-server'
import { silentLogger, systemClock, type Logger } from '@amphora/core'
import { CountingSignal } from '@amphora/test-tools'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inspect } from 'node:util'
import * as face from '../src/index.ts'
import { createCloud, endless, failure, listServers, microversion, novaOf, password, type Cloud } from './cloud.ts'
import { CREDENTIAL_SECRET, LOGIN, PASSWORD } from './fake-keystone.ts'

const SERVERS = 'GET /v2.1/servers'
let cloud: Cloud
let stranger: Listener

beforeEach(async () => {
  ;[cloud, stranger] = await Promise.all([createCloud(), createListener()])
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await cloud.close()
  await stranger.close()
})

it('the package exports these values and no others', () => {
  expect(Object.keys(face).sort()).toEqual([
    'Cached',
    'Images',
    'OpenStackError',
    'Remembered',
    'Secret',
    'Session',
    'UUID',
    'WRITTEN_UUID',
    'cloudEntries',
    'cloudRules',
    'composeUserData',
    'createError',
    'fileProblems',
    'fixedIps',
    'flag',
    'foreign',
    'hasStatus',
    'imageProblems',
    'inSeconds',
    'isAbsent',
    'isRefused',
    'missingFrom',
    'notFound',
    'notSuspended',
    'oneLine',
    'orProblem',
    'otherOrder',
    'pages',
    'portProblems',
    'readRows',
    'refused',
    'text',
    'textsOf',
    'unreadable',
    'uuidAt',
    'uuidProblems',
    'whole',
  ])
})

describe('nothing shows a secret', () => {
  const shown = (value: unknown): string =>
    [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value)].join('\n')

  it('of a session, its services and its settings, before and after the login, and after the end', async () => {
    const session = cloud.session()
    const nova = novaOf(session, { microversion })
    const texts = [shown([session, nova])]
    await listServers(nova)
    texts.push(shown([session, nova]))
    await session.close()
    texts.push(shown([session, nova]))
    expect(texts.join('\n')).not.toContain('canary')
  })

  it.each([
    ['reset-before', 'http/connection-lost'],
    ['malformed', 'http/unreadable-answer'],
    ['status', 'openstack/login'],
    ['wrong-shape', 'openstack/unreadable-answer'],
    ['redirect', 'openstack/unexpected-redirect'],
  ] as const)('of a login that fails by %s', async (kind, reason) => {
    const echo = { error: { message: `canary-echo ${PASSWORD}` } }
    const more = kind === 'status' ? { status: 401, json: echo } : kind === 'redirect' ? { to: '/canary' } : {}
    await cloud.keystone.server.inject({ kind, ...more } as Parameters<typeof cloud.keystone.server.inject>[0])
    const error = await failure(cloud.session().scope(endless()))
    expect(error.reason).toBe(reason)
    for (const value of [error, error.cause, error.stack]) expect(shown(value)).not.toContain('canary')
  })

  it.each(['reset-before', 'malformed', 'status', 'cut-body', 'hang'] as const)(
    'of a request that fails by %s, though its answer repeats it',
    async (kind) => {
      const nova = novaOf(cloud.session())
      await listServers(nova)
      const json = {
        badRequest: { message: "Invalid input for field/attribute server. Value: {'user_data': 'canary'}" },
      }
      await cloud.nova.inject(kind === 'status' ? { kind, status: 400, json } : { kind })
      const controller = new AbortController()
      const failing = failure(
        nova.send({
          method: 'POST',
          path: ['servers'],
          query: { name: 'canary' },
          json: { user_data: 'canary' },
          signal: controller.signal,
          step: 'create the server',
        }),
      )
      if (kind === 'hang') {
        await new Promise((resolve) => setTimeout(resolve, 20))
        controller.abort()
      }
      const error = await failing
      for (const value of [error, error.cause, error.stack]) expect(shown(value)).not.toContain('canary')
    },
  )

  it('in the log', async () => {
    const lines: unknown[] = []
    const note = (fields: object, message: string): void => void lines.push(shown([fields, message]))
    const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger }
    const session = cloud.session({ insecureSkipVerify: true }, { logger })
    const nova = novaOf(session, { microversion })
    await listServers(nova)
    cloud.keystone.tokens.clear()
    await listServers(nova)
    await failure(nova.send({ method: 'GET', path: ['canary'], signal: endless(), step: 'fail' }))
    await session.close()
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.join('\n')).not.toContain('canary')
  })
})

describe('a token goes nowhere', () => {
  it('where the catalogue, a header or a body points beside the service that is asked', async () => {
    cloud.keystone.catalogue.set('image', stranger.url)
    cloud.nova.route(SERVERS, (request) =>
      cloud.keystone.guard(request, () => ({
        headers: { location: stranger.url, link: `<${stranger.url}>; rel=next` },
        json: { servers: [], servers_links: [{ rel: 'next', href: stranger.url }] },
      })),
    )
    await listServers(novaOf(cloud.session(), { microversion }))
    expect(await stranger.reached()).toEqual([])
  })

  it('where a redirect of Keystone or of a service points', async () => {
    const nova = novaOf(cloud.session())
    await listServers(nova)
    await cloud.nova.inject({ kind: 'redirect', to: stranger.url })
    await failure(listServers(nova))
    await cloud.keystone.server.inject({ kind: 'redirect', to: stranger.url, status: 307 })
    await failure(cloud.session().scope(endless()))
    expect(await stranger.reached()).toEqual([])
  })

  it('where a proxy of the environment is', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, stranger.url)
    }
    await listServers(novaOf(cloud.session()))
    expect(await stranger.reached()).toEqual([])
  })

  it('but in its header', async () => {
    await listServers(novaOf(cloud.session()))
    const [token = ''] = cloud.keystone.tokens
    const [request] = cloud.nova.requests()
    expect(`${request?.path}${request?.query.toString()}${request?.text()}`).not.toContain(token)
    const { 'x-auth-token': carried, ...others } = request?.headers ?? {}
    expect(carried).toBe(token)
    expect(JSON.stringify(others)).not.toContain(token)
  })
})

describe('a signal', () => {
  it('has no listener left after 1 000 calls, a login and a renewal among them, of which some fail', async () => {
    const signal = new CountingSignal()
    const warnings: unknown[] = []
    const warned = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', warned)
    const nova = novaOf(cloud.session(), { microversion })
    for (const half of [0, 1]) {
      cloud.keystone.tokens.clear()
      await Promise.all(
        Array.from({ length: 500 }, async (_none, at) => {
          const path = at % 10 === half ? ['nowhere'] : ['servers']
          await nova.send({ method: 'GET', path, signal, step: 'list servers' }).catch(() => {})
        }),
      )
    }
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(cloud.keystone.logins()).toBe(2)
    expect(signal.listeners).toBe(0)
    expect(warnings).toEqual([])
  })
})

describe('two sessions', () => {
  it('share nothing: one closed leaves the other at work', async () => {
    const [one, other] = [cloud.session(), cloud.session()]
    await Promise.all([one.scope(endless()), other.scope(endless())])
    expect(cloud.keystone.logins()).toBe(2)
    await one.close()
    expect(await listServers(novaOf(other))).toMatchObject({ status: 200 })
  })
})

describe('a login', () => {
  it.each([
    [password, PASSWORD],
    [{ applicationCredentialId: 'ac-1', applicationCredentialSecret: CREDENTIAL_SECRET }, CREDENTIAL_SECRET],
  ])('sends its secret to Keystone and to nobody else', async (auth, secret) => {
    const session = cloud.session({ auth }, { clock: systemClock, logger: silentLogger })
    await listServers(novaOf(session, { microversion }))
    await session.close()
    const sent = [...cloud.keystone.server.requests(), ...cloud.nova.requests()].filter((request) =>
      `${request.text()}${JSON.stringify(request.headers)}${request.path}${request.query.toString()}`.includes(secret),
    )
    expect(sent.map(({ template }) => template)).toEqual([LOGIN])
  })
})
