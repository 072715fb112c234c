import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificate } from '../../test/certificate.ts'
import { ManualClock } from '../../test/manual-clock.ts'
import { ask, open } from '../../test/raw-client.ts'
import type { Ask, Outcome } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer, FakeServerOptions } from './fake-server.ts'
import type { RequestFault } from './fault.ts'

const CREATE = 'POST /things'

/** A fault as the conformance kit asks a backend for it, without the verb. */
type FaultOfTheKit =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'refuse' | 'reset-before' | 'lose-response' | 'hang' | 'malformed' | 'empty' | 'wrong-shape' }
  | { readonly kind: 'cut-body' | 'slow-drip' | 'huge-body' }
  | { readonly kind: 'act-late'; readonly afterMs: number }
  | { readonly kind: 'redirect'; readonly to: string }

async function injectAndTakeBack(server: FakeServer, fault: FaultOfTheKit): Promise<void> {
  const injection = await server.inject(fault)
  await injection[Symbol.asyncDispose]()
}

describe.each([
  ['a unix socket', { unix: true }],
  ['TCP', {}],
  ['TLS', { tls: certificate }],
] as const)('on %s', (_name, options: FakeServerOptions) => {
  const unix = options.unix === true
  /** `resetAndDestroy` shows as a failed read; a pipe can only end. */
  const RESET = unix ? 'ECONNRESET' : 'ECONNRESET read'
  let server: FakeServer
  let things: unknown[]
  let clock: ManualClock

  beforeEach(async () => {
    things = []
    clock = new ManualClock()
    server = await createFakeServer({ ...options, clock })
    server.route(CREATE, (create) => {
      things.push(create.json())
      return { status: 201, headers: { 'x-token': 'kept' }, json: { id: `thing-${things.length}`, name: 'a thing' } }
    })
    server.route('DELETE /things/{id}', () => {
      things.pop()
      return { status: 204 }
    })
  })
  afterEach(() => server.close())

  const create = (options: Ask = {}): Promise<Outcome> => ask(server.url, CREATE, { body: '{"name":"a"}', ...options })

  async function hit(fault: RequestFault): Promise<Outcome> {
    const injection = await server.inject({ ...fault, on: CREATE, times: 1 })
    const outcome = await create()
    expect(injection.hits).toBe(1)
    expect(server.requests()[0]?.fault).toBe(fault.kind)
    return outcome
  }

  it('answers when no fault is in force', async () => {
    expect(await create()).toMatchObject({ status: 201, text: '{"id":"thing-1","name":"a thing"}', error: undefined })
    expect(things).toEqual([{ name: 'a' }])
    expect(server.requests()[0]).toMatchObject({ acted: true, answered: true, fault: undefined, status: 201 })
  })

  it('status: answers with the given status, headers and body, and does not act', async () => {
    const fault = {
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '7' },
      json: { message: 'slow down' },
    } as const
    const outcome = await hit(fault)
    expect(outcome).toMatchObject({ status: 429, text: '{"message":"slow down"}', error: undefined })
    expect(outcome.headers['retry-after']).toBe('7')
    expect(things).toEqual([])
  })

  it('status: acts before it answers where told', async () => {
    expect(await hit({ kind: 'status', status: 504, act: true })).toMatchObject({ status: 504, text: '' })
    expect(things).toHaveLength(1)
  })

  it('reset-before: the client sees a reset, nothing acted', async () => {
    expect(await hit({ kind: 'reset-before' })).toMatchObject({ status: undefined, error: RESET })
    expect(things).toEqual([])
    expect(server.requests()[0]).toMatchObject({ acted: false, answered: false })
  })

  it('lose-response: the client sees the same reset, but the backend acted', async () => {
    expect(await hit({ kind: 'lose-response' })).toMatchObject({ status: undefined, error: RESET })
    expect(things).toHaveLength(1)
    expect(server.requests()[0]).toMatchObject({ acted: true, answered: false })
  })

  it.each([
    ['hang', 0],
    ['hang-after', 1],
  ] as const)('%s: never answers, and acts %i times', async (kind, acted) => {
    await server.inject({ kind })
    const client = new AbortController()
    const outcome = create({ signal: client.signal })
    const seen = await server.seen(CREATE)
    await server.idle()
    expect(things).toHaveLength(acted)
    expect(seen.finishedAt).toBeUndefined()
    client.abort()
    expect(await outcome).toMatchObject({ status: undefined, error: 'ABORT_ERR' })
    await server.seen(CREATE, 1, 'finished')
    expect(seen.answered).toBe(false)
    expect(seen.signal.aborted).toBe(true)
  })

  it('act-late: resets at once and acts when its time has come', async () => {
    expect(await hit({ kind: 'act-late', afterMs: 500 })).toMatchObject({ status: undefined, error: RESET })
    expect(things).toEqual([])
    clock.advance(499)
    expect(things).toEqual([])
    clock.advance(1)
    await server.idle()
    expect(things).toHaveLength(1)
    expect(server.requests()[0]).toMatchObject({ acted: true, answered: false })
  })

  it('act-late: can leave the client hanging instead', async () => {
    await server.inject({ on: CREATE, kind: 'act-late', afterMs: 500, connection: 'hang' })
    const client = new AbortController()
    const outcome = create({ signal: client.signal })
    await clock.asleep()
    await ask(server.url, 'GET /another-round-trip')
    client.abort()
    expect(await outcome).toMatchObject({ status: undefined, error: 'ABORT_ERR' })
    await server.seen(CREATE, 1, 'finished')
    expect(things).toEqual([])
    clock.advance(500)
    await server.seen(CREATE, 1, 'acted')
    expect(things).toHaveLength(1)
  })

  it("malformed: keeps the handler's status and headers around JSON that does not parse", async () => {
    const outcome = await hit({ kind: 'malformed' })
    expect(outcome).toMatchObject({ status: 201, error: undefined })
    expect(outcome.headers).toMatchObject({ 'content-type': 'application/json', 'x-token': 'kept' })
    expect(() => JSON.parse(outcome.text)).toThrow(SyntaxError)
    expect(things).toHaveLength(1)
  })

  it('malformed: does not act where told, and takes any text', async () => {
    expect(await hit({ kind: 'malformed', act: false, text: '<html>' })).toMatchObject({ status: 200, text: '<html>' })
    expect(things).toEqual([])
  })

  it('empty: a success without a body', async () => {
    const outcome = await hit({ kind: 'empty' })
    expect(outcome).toMatchObject({ status: 201, text: '', error: undefined })
    expect(outcome.headers['content-length']).toBe('0')
    expect(things).toHaveLength(1)
  })

  it.each([
    [undefined, '{}'],
    [[], '[]'],
    [{ id: null }, '{"id":null}'],
    [null, 'null'],
  ])('wrong-shape: %j is answered as %s', async (json, text) => {
    expect(await hit({ kind: 'wrong-shape', json })).toMatchObject({ status: 201, text, error: undefined })
    expect(things).toHaveLength(1)
  })

  it('a false success replaces an answer that could hold no body', async () => {
    await server.inject({ kind: 'malformed', on: 'DELETE /things/{id}' })
    expect(await ask(server.url, 'DELETE /things/1')).toMatchObject({ status: 200, error: undefined })
  })

  it.each<RequestFault>([{ kind: 'malformed' }, { kind: 'slow-drip' }, { kind: 'huge-body', bytes: 100 }])(
    '$kind: a length that the handler states does not contradict what is sent',
    async (fault) => {
      server.route('GET /stated', () => ({ headers: { 'Content-Length': '2' }, text: '{}' }))
      await server.inject(fault)
      const client = new AbortController()
      const onText = (text: string): void => (text.length > 2 ? client.abort() : clock.advance(100))
      const { text } = await ask(server.url, 'GET /stated', { signal: client.signal, onText })
      expect(text.length).toBeGreaterThan(2)
      expect(server.unexpected()).toEqual([])
    },
  )

  it.each([
    [true, 1],
    [false, 0],
  ])('cut-body: promises more than it sends, then resets (act: %j)', async (act, acted) => {
    const outcome = await hit({ kind: 'cut-body', act })
    expect(outcome.status).toBe(act ? 201 : 200)
    expect(outcome.text.length).toBeGreaterThan(0)
    expect(Number(outcome.headers['content-length'])).toBeGreaterThan(outcome.text.length)
    expect(outcome.error).toMatch(/^ECONNRESET/)
    expect(things).toHaveLength(acted)
    expect(server.requests()[0]?.answered).toBe(false)
  })

  it("slow-drip: sends the handler's answer a byte at a time, then spaces without end", async () => {
    await server.inject({ kind: 'slow-drip', everyMs: 1000 })
    const client = new AbortController()
    const whole = '{"id":"thing-1","name":"a thing"}'.padEnd(41)
    const onText = (text: string): void => (text.length === whole.length ? client.abort() : undefined)
    const outcome = create({ signal: client.signal, onText })
    for (let bytes = 1; bytes < whole.length; bytes += 1) {
      await clock.asleep()
      expect(server.requests()[0]).toMatchObject({ bytesSent: bytes, finishedAt: undefined })
      clock.advance(1000)
    }
    expect(await outcome).toMatchObject({ status: 201, text: whole, error: 'ABORT_ERR' })
    expect(things).toHaveLength(1)
    expect((await server.seen(CREATE, 1, 'finished')).answered).toBe(false)
    expect(server.unexpected()).toEqual([])
  })

  it('huge-body: sends a valid JSON object of the given size', async () => {
    const outcome = await hit({ kind: 'huge-body', bytes: 300_000 })
    expect(outcome).toMatchObject({ status: 201, error: undefined })
    expect(outcome.text).toHaveLength(300_000)
    expect(JSON.parse(outcome.text)).toEqual({ padding: expect.stringMatching(/^x+$/) })
    expect(server.requests()[0]).toMatchObject({ acted: true })
  })

  it('huge-body: sends no more than the client reads, and stops when it leaves', async () => {
    await server.inject({ on: CREATE, kind: 'huge-body', bytes: Infinity, act: false })
    const incoming = await open(server.url, CREATE, '{}')
    const sent = (): number => server.requests(CREATE)[0]?.bytesSent ?? 0
    let before = -1
    while (sent() > before) {
      before = sent()
      await ask(server.url, 'GET /another-round-trip')
    }
    expect(before).toBeLessThan(32 * 1024 * 1024)
    incoming.resume()
    while (sent() <= before) await ask(server.url, 'GET /another-round-trip')
    incoming.destroy()
    expect(await server.seen(CREATE, 1, 'finished')).toMatchObject({ acted: false, answered: false })
    expect(things).toEqual([])
  })

  it.each([
    [undefined, 302],
    [307, 307],
    [308, 308],
  ] as const)('redirect: %s answers %i with the location, and does not act', async (status, answered) => {
    const to = 'http://other.invalid/things'
    const outcome = await hit({ kind: 'redirect', to, ...(status && { status }) })
    expect(outcome).toMatchObject({ status: answered, text: '', error: undefined })
    expect(outcome.headers.location).toBe(to)
    expect(things).toEqual([])
  })

  it('refuse: connections are refused until it is disposed of, and nothing arrives', async () => {
    const injection = await server.inject({ kind: 'refuse' })
    expect(await create()).toMatchObject({ status: undefined, error: 'ECONNREFUSED connect' })
    expect(await create()).toMatchObject({ status: undefined, error: 'ECONNREFUSED connect' })
    expect(server.requests()).toEqual([])
    await injection.dispose()
    expect(await create()).toMatchObject({ status: 201 })
    expect(things).toHaveLength(1)
  })

  it('takes every fault of the conformance kit as it is', async () => {
    const plain = ['refuse', 'reset-before', 'lose-response', 'hang', 'malformed', 'empty', 'wrong-shape'] as const
    for (const kind of [...plain, 'cut-body', 'slow-drip', 'huge-body'] as const)
      await injectAndTakeBack(server, { kind })
    await injectAndTakeBack(server, { kind: 'status', status: 503, headers: { 'retry-after': '1' } })
    await injectAndTakeBack(server, { kind: 'act-late', afterMs: 1 })
    await injectAndTakeBack(server, { kind: 'redirect', to: '/' })
    expect(await create()).toMatchObject({ status: 201 })
  })
})
