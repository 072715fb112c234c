import { inspect } from 'node:util'
import { createFakeServer, type FakeServer } from '@amphora/conformance/fake-server'
import { CountingSignal } from '@amphora/test-tools'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as face from '../src/index.ts'
import { asking, type Asking } from './asking.ts'
import { makeCertificate } from './certificate.ts'

const SECRET = 'canary-4711'
let server: FakeServer
let open: Asking

beforeEach(async () => {
  server = await createFakeServer()
  server.route('GET /things', () => ({ json: {} }))
  server.route('POST /things', () => ({
    status: 201,
    json: { adminPass: SECRET },
    headers: { 'x-subject-token': SECRET },
  }))
  open = asking(server.url)
})
afterEach(async () => {
  open.client.close()
  await server.close()
})

it('the package exports these names and no others', () => {
  expect(Object.keys(face).sort()).toEqual([
    'HttpClient',
    'HttpError',
    'listOf',
    'numberOf',
    'own',
    'recordOf',
    'textOf',
  ])
})

describe('a signal', () => {
  it('has no listener left after 1 000 calls, of which some fail', async () => {
    const signal = new CountingSignal()
    const warnings: unknown[] = []
    const warned = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', warned)
    const calls = Array.from({ length: 1000 }, async (_none, at) => {
      const path = at % 10 === 0 ? '/nowhere' : '/things'
      const method = at % 3 === 0 ? 'POST' : 'GET'
      await open.ask({ signal, path, method, json: method === 'POST' ? {} : undefined }).catch(() => {})
    })
    await server.inject({ kind: 'reset-before', times: 20 })
    await Promise.all(calls)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(signal.listeners).toBe(0)
    expect(warnings).toEqual([])
  })

  it('of many calls at once gives no warning of a leak', async () => {
    const { signal } = new AbortController()
    const warnings: unknown[] = []
    const warned = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', warned)
    await Promise.all(Array.from({ length: 100 }, () => open.ask({ signal })))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })
})

describe('a connection', () => {
  it('is kept and used again', async () => {
    const sockets = new Set<unknown>()
    server.route('GET /socket', () => ({
      takeOver: (response) => {
        sockets.add(response.socket)
        response.end('{}')
      },
    }))
    for (let at = 0; at < 5; at += 1) await open.ask({ path: '/socket' })
    expect(sockets.size).toBe(1)
  })

  it.each([
    ['18', undefined, 18],
    ['as many as the options say', 3, 3],
  ])('is one of %s at most, however many calls there are', async (_what, maxSockets, most) => {
    const { ask, client } = asking(server.url, { maxSockets })
    let now = 0
    let seen = 0
    server.route('GET /things', async () => {
      now += 1
      seen = Math.max(seen, now)
      await new Promise((resolve) => setTimeout(resolve, 20))
      now -= 1
      return { json: {} }
    })
    await Promise.all(Array.from({ length: 60 }, () => ask()))
    client.close()
    expect(seen).toBe(most)
  })
})

describe('nothing shows a secret', () => {
  const shown = (value: unknown): string =>
    [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value)].join('\n')

  it('of the client, with a certificate of ours and calls under way', async () => {
    const { cert, key } = await makeCertificate()
    const { client, fail } = asking(server.url, { tls: { ca: cert, cert, key, pin: undefined } })
    await server.inject({ kind: 'hang' })
    const controller = new AbortController()
    const failing = fail({ headers: { 'x-auth-token': SECRET }, signal: controller.signal })
    await server.seen('GET /things')
    const text = shown(client)
    controller.abort()
    await failing
    client.close()
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('PRIVATE KEY')
    expect(text).not.toContain(key.split('\n')[1])
  })

  it.each([
    ['reset-before', 'http/connection-lost'],
    ['lose-response', 'http/connection-lost'],
    ['cut-body', 'http/connection-lost'],
    ['malformed', 'http/unreadable-answer'],
    ['huge-body', 'http/unreadable-answer'],
    ['refuse', 'http/unreachable'],
    ['redirect', 'http/unexpected-redirect'],
  ] as const)('of an error, after %s', async (kind, reason) => {
    await server.inject(kind === 'redirect' ? { kind, to: `/${SECRET}` } : { kind })
    const error = await open.fail({
      method: 'POST',
      path: `/things?secret=${SECRET}`,
      headers: { 'X-Auth-Token': SECRET, authorization: SECRET },
      json: { password: SECRET, user_data: SECRET },
    })
    expect(error.reason).toBe(reason)
    for (const value of [error, error.cause, error.toJSON()]) expect(shown(value)).not.toContain(SECRET)
    expect(error.stack).not.toContain(SECRET)
    expect(Object.keys(error).sort()).toEqual(KEYS)
  })

  it('of a header that cannot be sent', async () => {
    const error = await open.fail({ headers: { 'x-auth-token': `${SECRET}\u0100\r\nx: y` } }).catch((e: unknown) => e)
    expect(shown(error)).not.toContain(SECRET)
  })
})

const KEYS = ['amphoraId', 'amphoraName', 'code', 'reason', 'requestId', 'retryAfterMs', 'status', 'verdict']
