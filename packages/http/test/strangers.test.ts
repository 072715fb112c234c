import { createFakeServer, createListener, type FakeServer, type Listener } from '@amphora/conformance/fake-server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HttpRequest } from '../src/index.ts'
import { asking, type Asking } from './asking.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly HttpRequest['method'][]
const TOKEN = 'canary-token'

let server: FakeServer
let stranger: Listener
let open: Asking

beforeEach(async () => {
  ;[server, stranger] = await Promise.all([createFakeServer(), createListener()])
  for (const method of METHODS) server.route(`${method} /things`, () => ({ json: {} }))
  open = asking(server.url)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  open.client.close()
  await Promise.all([server.close(), stranger.close()])
})

describe('a redirect', () => {
  it.each(METHODS.flatMap((method) => ([301, 302, 303, 307, 308] as const).map((status) => ({ method, status }))))(
    'of $method with $status is not followed',
    async ({ method, status }) => {
      await server.inject({ kind: 'redirect', to: `${stranger.url}/things`, status })
      const error = await open.fail({ method, headers: { 'X-Auth-Token': TOKEN } })
      expect(error).toMatchObject({
        code: 'internal',
        reason: 'http/unexpected-redirect',
        verdict: 'unsure',
        status,
      })
      expect(error.message).toBe('Nova was asked to show the thing and pointed elsewhere; redirects are not followed')
      expect(`${error.message}${String(error.cause)}`).not.toContain(stranger.url)
      expect(await stranger.reached()).toEqual([])
      expect(server.count()).toBe(1)
    },
  )

  it.each([305, 306, 310, 399])('is what %i is taken for', async (status) => {
    server.route('GET /things', () => ({ status, headers: { location: stranger.url } }))
    expect(await open.fail()).toMatchObject({ reason: 'http/unexpected-redirect', status })
  })

  it('leaves its connection in order', async () => {
    await server.inject({ kind: 'redirect', to: stranger.url, times: 1 })
    await open.fail()
    expect(await open.ask()).toMatchObject({ status: 200 })
  })

  it('is not what a list of versions is, wherever it points', async () => {
    server.route('GET /', () => ({ status: 300, json: { versions: [] }, headers: { location: stranger.url } }))
    expect(await open.ask({ path: '/' })).toMatchObject({ status: 300, body: { versions: [] } })
    expect(await stranger.reached()).toEqual([])
  })
})

describe('a proxy', () => {
  it('of the environment is not used', async () => {
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
      vi.stubEnv(name, name === 'no_proxy' ? '' : stranger.url)
      vi.stubEnv(name.toUpperCase(), name === 'no_proxy' ? '' : stranger.url)
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const { ask, fail, client } = asking(server.url)
    expect(await ask()).toMatchObject({ status: 200 })
    expect(await fail({ url: new URL('https://127.0.0.1:1/') })).toMatchObject({ reason: 'http/unreachable' })
    client.close()
    expect(await stranger.reached()).toEqual([])
  })
})

describe('plain http', () => {
  it.each(['http://127.0.0.1', 'http://127.1', 'http://localhost', 'http://[::1]', 'http://0x7f000001'])(
    '%s is let through to this machine where it is allowed',
    async (origin) => {
      const { fail, client } = asking(`${origin}:1`)
      expect(await fail()).toMatchObject({ reason: 'http/unreachable' })
      client.close()
    },
  )

  it.each([
    ['http://127.0.0.1:1', false, 'its URL is plain http, and allowInsecureHttp is not set'],
    ['http://localhost:1', undefined, 'its URL is plain http, and allowInsecureHttp is not set'],
    [
      'http://192.0.2.1',
      true,
      'its URL is plain http to another machine, for which allowInsecureHttp must be "anywhere"',
    ],
    ['http://127.0.0.1.example', true, 'its URL is plain http to another machine'],
    ['http://localhost.example', true, 'its URL is plain http to another machine'],
    ['ftp://127.0.0.1', 'anywhere', 'its URL is neither https nor http'],
    ['data:application/json,{}', 'anywhere', 'its URL is neither https nor http'],
    ['http://user:canary@127.0.0.1:1', true, 'its URL holds a user name or a password'],
    ['https://canary@127.0.0.1:1', false, 'its URL holds a user name or a password'],
  ] as const)('%s is refused with %s', async (url, allowInsecureHttp, words) => {
    const { fail, client } = asking(server.url, { allowInsecureHttp })
    const error = await fail({ url: new URL(url) })
    client.close()
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'http/destination', verdict: 'unsent' })
    expect(error.message).toContain(`Nova was not asked to show the thing: ${words}`)
    expect(`${error.message}${String(error.cause)}`).not.toContain('canary')
  })

  it('goes anywhere where that is allowed', async () => {
    const { fail, client } = asking('http://198.51.100.1', { allowInsecureHttp: 'anywhere' })
    const signal = AbortSignal.abort()
    expect(await fail({ signal })).toMatchObject({ code: 'cancelled' })
    client.close()
    const other = asking(server.url, { allowInsecureHttp: 'anywhere' })
    expect(await other.ask()).toMatchObject({ status: 200 })
    other.client.close()
  })
})

describe('what is sent', () => {
  it('is what the request says, and four headers', async () => {
    await open.ask({ method: 'POST', json: { a: 'ä' }, headers: { 'X-Auth-Token': TOKEN } })
    const [request] = server.requests()
    expect(request?.text()).toBe('{"a":"ä"}')
    expect(request?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': expect.any(String),
      connection: 'keep-alive',
      'content-length': '10',
      'content-type': 'application/json',
      host: new URL(server.url).host,
      'user-agent': 'amphora',
      'x-auth-token': TOKEN,
    })
  })

  it.each(METHODS)('has no body and no type where %s says none', async (method) => {
    await open.ask({ method })
    const [request] = server.requests()
    expect(request?.method).toBe(method)
    expect(request?.text()).toBe('')
    expect(request?.headers).not.toHaveProperty('content-type')
    expect(request?.headers['transfer-encoding']).toBeUndefined()
  })

  it('may be JSON of another type', async () => {
    await open.ask({ method: 'PATCH', json: [], headers: { 'Content-Type': 'application/json-patch+json' } })
    expect(server.requests()[0]?.headers['content-type']).toBe('application/json-patch+json')
  })

  it('has the path and the query of the URL as they are', async () => {
    server.route('GET /{+path}', () => ({ json: {} }))
    await open.ask({ path: '/a%2Fb/%252E%252E/c%20d?x=%5B.%5D&y=a+b' })
    const [request] = server.requests()
    expect(request?.path).toBe('/a%2Fb/%252E%252E/c%20d')
    expect(request?.query.toString()).toBe('x=%5B.%5D&y=a+b')
  })

  it('holds nothing that somebody put on the prototype of all objects', async () => {
    const polluted = { baseURL: stranger.url, proxy: { host: '127.0.0.1', port: Number(new URL(stranger.url).port) } }
    const names = { ...polluted, socketPath: '/nowhere', transformRequest: [(): string => 'canary'], params: { x: 1 } }
    for (const [name, value] of Object.entries(names)) {
      // oxlint-disable-next-line eslint/no-extend-native -- it is what an attacker does
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true })
    }
    try {
      await open.ask({ method: 'POST', json: {} })
    } finally {
      for (const name of Object.keys(names)) Reflect.deleteProperty(Object.prototype, name)
    }
    expect(server.requests()[0]?.text()).toBe('{}')
    expect(server.requests()[0]?.query.size).toBe(0)
    expect(await stranger.reached()).toEqual([])
  })
})
