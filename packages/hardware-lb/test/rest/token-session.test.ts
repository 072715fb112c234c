import { createFakeServer, type FakeServer, type Handler } from '@amphora/conformance/fake-server'
import { AmphoraComputeError, type Clock } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verdictOf } from '../../src/errors.ts'
import { Secret } from '../../src/inventory/secret.ts'
import { RestClient } from '../../src/rest/rest-client.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'

const USER = 'ops'
const PASSWORD = 'password-canary'

let server: FakeServer
let book: TokenBook
let clock: ManualClock
let client: RestClient
let password: string
let lifeMs: number | undefined

beforeEach(async () => {
  clock = createManualClock()
  password = PASSWORD
  lifeMs = undefined
  book = createTokenBook({
    user: USER,
    password: PASSWORD,
    prefix: 'canary-',
    tokenOf: ({ 'x-token': token }) => (typeof token === 'string' ? token : undefined),
    cap: 2,
  })
  server = await createFakeServer()
  server.route('POST /login', logIn)
  server.route('DELETE /login', ({ headers }) => {
    book.revoke(String(headers['x-token']))
    return { status: 204 }
  })
  server.route('GET /things', ({ headers }) => (book.check(headers) ? { json: { all: [] } } : { status: 401 }))
  client = open(clock)
})
afterEach(async () => {
  await client.close()
  await server.close()
})

const logIn: Handler<'POST /login'> = (request) => {
  const { user, password: given } = request.json() as { readonly user: string; readonly password: string }
  const issued = book.issue(user, given)
  return 'token' in issued ? { json: { token: issued.token } } : { status: 401 }
}

function open(time: Clock): RestClient {
  const secret = new Secret(() => password)
  return new RestClient(
    {
      profile: { name: 'box', title: 'The box' },
      endpoint: new URL(server.url),
      access: {
        credentials: { username: USER, password: secret },
        tls: {
          ca: undefined,
          pin: undefined,
          servername: undefined,
          cert: undefined,
          key: undefined,
          insecureSkipVerify: false,
        },
        allowInsecureHttp: true,
      },
      clock: time,
    },
    {
      login: {
        login: async ({ username, password: given, signal, send }) => {
          const { body } = await send({
            method: 'POST',
            path: ['login'],
            json: { user: username, password: given },
            step: 'log in',
            signal,
          })
          return { value: (body as { readonly token: string }).token, lifeMs }
        },
        headers: (token) => ({ 'x-token': token }),
        logout: (token, { send, signal }) =>
          send({ method: 'DELETE', path: ['login'], headers: { 'x-token': token }, step: 'log out', signal }),
      },
    },
  )
}

const ask = (signal: AbortSignal = AbortSignal.timeout(10_000)): Promise<unknown> =>
  client.send({ method: 'GET', path: ['things'], step: 'list the things', signal })

const failed = (promise: Promise<unknown>): Promise<AmphoraComputeError> =>
  promise.then(
    () => Promise.reject(new Error('it resolved')),
    (error: unknown) => error as AmphoraComputeError,
  )

/** Somebody makes the login begin and goes away before it has ended. */
async function leaveLogin(): Promise<void> {
  const stop = new AbortController()
  const impatient = failed(ask(stop.signal))
  await server.seen('POST /login')
  stop.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
  expect((await impatient).code).toBe('cancelled')
}

describe('the one token of an appliance', () => {
  it('is got once, however many ask for it at the same time', async () => {
    await Promise.all(Array.from({ length: 1_000 }, () => ask(AbortSignal.timeout(60_000))))
    expect([book.logins, server.count('GET /things')]).toEqual([1, 1_000])
  }, 60_000)

  it('that runs out in the middle is replaced, once for all who notice', async () => {
    await ask()
    book.expireAll()
    await Promise.all(Array.from({ length: 50 }, () => ask()))
    expect(book.logins).toBe(2)
    expect(book.live).toHaveLength(1)
  })

  it('is renewed at four fifths of its life, and the old one is given back', async () => {
    lifeMs = 1_000
    await ask()
    const [first] = book.live
    await clock.advance(799)
    await ask()
    expect(book.logins).toBe(1)
    await clock.advance(2)
    await ask()
    expect(book.logins).toBe(2)
    await expect.poll(() => book.live).toHaveLength(1)
    expect(book.live).not.toContain(first)
  })

  it('is given back on close, so that the cap of the box is never reached', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const one = open(clock)
      await one.send({ method: 'GET', path: ['things'], step: 'list the things', signal: AbortSignal.timeout(5_000) })
      await one.close()
    }
    expect([book.logins, book.refusals, book.live.length]).toEqual([10, 0, 0])
  })

  it('is asked for again only once for one request', async () => {
    server.route('GET /things', () => ({ status: 401 }))
    const error = await failed(ask())
    expect(error.code).toBe('unauthenticated')
    expect([book.logins, server.count('GET /things')]).toEqual([2, 2])
  })

  it('that is refused for whatever reason is given back, so that refusals never use up the cap', async () => {
    await ask()
    server.route('GET /things', () => ({ status: 401 }))
    for (let turn = 0; turn < 10; turn += 1) await failed(ask())
    await expect.poll(() => book.live.length).toBeLessThanOrEqual(1)
    expect(book.refusals).toBe(0)
  })

  it('is not given up because one of those who wait for it leaves', async () => {
    await server.inject({ kind: 'act-late', connection: 'hang', afterMs: 60_000, on: 'POST /login', times: 1 })
    const stop = new AbortController()
    const impatient = failed(ask(stop.signal))
    await server.seen('POST /login')
    const patient = new AbortController()
    const other = failed(ask(patient.signal))
    stop.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
    expect((await impatient).code).toBe('cancelled')
    const { signal } = server.requests('POST /login')[0] ?? {}
    expect(signal?.aborted).toBe(false)
    patient.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
    await other
    await clock.advance(1_999)
    expect(signal?.aborted).toBe(false)
    await clock.advance(2)
    await expect.poll(() => signal?.aborted).toBe(true)
  })

  it('that nobody waits for any more is there for the next, and is given back in the end', async () => {
    server.route('POST /login', logIn, { latencyMs: 100 })
    await leaveLogin()
    await ask()
    expect([book.logins, server.count('POST /login')]).toEqual([1, 1])
    await client.close()
    expect(book.live).toEqual([])
  })

  it('that does not come is got anew by whoever has come too late to wait for it', async () => {
    await server.inject({ kind: 'act-late', connection: 'hang', afterMs: 60_000, on: 'POST /login', times: 1 })
    await leaveLogin()
    const next = ask()
    await clock.advance(2_001)
    await next
    expect(server.count('POST /login')).toBe(2)
  })

  it('that is still being got is given up on close', async () => {
    await server.inject({ kind: 'act-late', connection: 'hang', afterMs: 60_000, on: 'POST /login', times: 1 })
    await leaveLogin()
    await client.close()
    await expect.poll(() => server.requests('POST /login')[0]?.signal.aborted).toBe(true)
  })
})

describe('refused credentials', () => {
  it('are unauthenticated, and nothing was sent for whoever wanted to', async () => {
    password = 'wrong'
    const error = await failed(ask())
    expect([error.code, verdictOf(error)]).toEqual(['unauthenticated', 'unsent'])
    expect(server.count('GET /things')).toBe(0)
  })

  it('rest for ten seconds, since boxes lock accounts', async () => {
    password = 'wrong'
    await failed(ask())
    await failed(ask())
    password = PASSWORD
    await failed(ask())
    expect(book.refusals).toBe(1)
    await clock.advance(10_001)
    await ask()
    expect([book.refusals, book.logins]).toEqual([1, 1])
  })

  it('show in no failure', async () => {
    const { inspect } = await import('node:util')
    book.setRefusing(true)
    const error = await failed(ask())
    expect(inspect([error, client], { depth: 20, showHidden: true })).not.toContain('canary')
  })
})

it('an outage of the login is an outage, and is tried anew the next time', async () => {
  await server.inject({ kind: 'status', status: 503, on: 'POST /login', times: 1 })
  const error = await failed(ask())
  expect([error.code, verdictOf(error)]).toEqual(['unavailable', 'unsent'])
  await ask()
})
