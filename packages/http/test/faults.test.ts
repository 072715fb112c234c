import { gzipSync } from 'node:zlib'
import { createFakeServer, type FakeServer } from '@amphora/conformance/fake-server'
import { AmphoraComputeError } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asking, failure, type Asking } from './asking.ts'

const THINGS = 'GET /things'
let server: FakeServer
let open: Asking

beforeEach(async () => {
  server = await createFakeServer()
  server.route(THINGS, () => ({ json: { id: 'thing-1', name: 'a thing' }, headers: { 'x-request-id': 'req-1' } }))
  server.route('POST /things', () => ({ status: 201, json: { id: 'thing-1' } }))
  open = asking(server.url)
})
afterEach(async () => {
  open.client.close()
  await server.close()
})

describe('nothing was sent', () => {
  it('where the connection is refused', async () => {
    await server.down()
    const error = await open.fail()
    expect(error).toMatchObject({ code: 'unavailable', reason: 'http/unreachable', verdict: 'unsent' })
    expect(error.message).toBe('Nova could not be reached to show the thing')
    expect(String(error.cause)).toBe(`Error: GET ${server.url}: ECONNREFUSED`)
  })

  it('where there is no such host', async () => {
    // The label is too long for any resolver to ask for it.
    const { fail, client } = asking(`https://${'a'.repeat(64)}.invalid`)
    expect(await fail()).toMatchObject({ code: 'unavailable', reason: 'http/unreachable', verdict: 'unsent' })
    client.close()
  })

  it('where the body would be too long', async () => {
    const error = await open.fail({ method: 'POST', json: { padding: 'x'.repeat(8 * 1024 * 1024) } })
    expect(error).toMatchObject({ code: 'invalid-argument', reason: 'http/request-too-large', verdict: 'unsent' })
    expect(server.count()).toBe(0)
  })
})

describe('it may have been acted on', () => {
  it.each([
    ['reset-before', 'before it acts'],
    ['lose-response', 'after it acted'],
  ] as const)('where the connection is reset: %s, %s', async (kind, _when) => {
    await server.inject({ kind })
    const error = await open.fail({ method: 'POST', json: {} })
    expect(error).toMatchObject({ code: 'unavailable', reason: 'http/connection-lost', verdict: 'unsure' })
    expect(error.message).toBe(
      'Nova was asked to show the thing, and the connection broke before the answer was complete',
    )
    expect(error.status).toBeUndefined()
  })

  it('where the body is cut off', async () => {
    await server.inject({ kind: 'cut-body' })
    expect(await open.fail()).toMatchObject({
      code: 'unavailable',
      reason: 'http/connection-lost',
      verdict: 'unsure',
      status: 200,
      requestId: 'req-1',
    })
  })

  it('where the connection ends in mid-body without a length', async () => {
    server.route('GET /cut', () => ({
      takeOver: (response) => {
        response.write('{"id":')
        setImmediate(() => response.destroy())
      },
    }))
    expect(await open.fail({ path: '/cut' })).toMatchObject({ reason: 'http/connection-lost', verdict: 'unsure' })
  })

  it('where what comes back is not HTTP', async () => {
    server.route('GET /noise', () => ({
      takeOver: (response) => {
        response.socket?.end('no HTTP at all\r\n\r\n')
      },
    }))
    expect(await open.fail({ path: '/noise' })).toMatchObject({
      code: 'internal',
      reason: 'http/unreadable-answer',
      verdict: 'unsure',
    })
  })
})

describe('a success that nobody can read', () => {
  it.each([
    ['cut-off JSON', '{"id": "thing'],
    ['HTML', '<html>welcome</html>'],
    ['a text', 'ok'],
    ['NaN', '{"size": NaN}'],
    ['JSON and more', '{} {}'],
  ])('%s is in doubt', async (_what, text) => {
    await server.inject({ kind: 'malformed', text })
    const error = await open.fail({ method: 'POST', json: {} })
    expect(error).toMatchObject({
      code: 'internal',
      reason: 'http/unreadable-answer',
      verdict: 'unsure',
      status: 201,
    })
    expect(error.message).toBe('Nova was asked to show the thing and answered with something that is not JSON')
    expect(`${error.message}${String(error.cause)}`).not.toContain(text)
  })

  it('JSON of another content type is read all the same', async () => {
    server.route(THINGS, () => ({ text: '{"id":1}', headers: { 'content-type': 'text/html' } }))
    expect(await open.ask()).toMatchObject({ body: { id: 1 } })
  })

  it('bytes that are no UTF-8 are not JSON', async () => {
    server.route(THINGS, () => ({ bytes: Buffer.from([0x22, 0xff, 0x22]) }))
    expect(await open.fail()).toMatchObject({ reason: 'http/unreadable-answer' })
  })

  it.each(['[', '{"a":'])('JSON nested deeper than 64 by %j', async (piece) => {
    const deep = (depth: number): string =>
      piece === '[' ? '['.repeat(depth) + ']'.repeat(depth) : `${piece.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`
    server.route('GET /deep/{depth}', ({ params }) => ({ text: deep(Number(params.depth)) }))
    expect((await open.ask({ path: '/deep/64' })).status).toBe(200)
    expect(await open.fail({ path: '/deep/65' })).toMatchObject({ reason: 'http/unreadable-answer' })
    expect((await open.fail({ path: '/deep/100000' })).message).toContain('JSON that is nested deeper than 64')
  })

  it('more than is taken, of which no more is read', async () => {
    await server.inject({ kind: 'huge-body' })
    const error = await open.fail()
    expect(error).toMatchObject({ code: 'internal', reason: 'http/unreadable-answer', verdict: 'unsure', status: 200 })
    expect(error.message).toContain('more than 1048576 bytes')
    const [request] = server.requests()
    expect((await server.seen(THINGS, 1, 'finished')).answered).toBe(false)
    expect(request?.bytesSent).toBeLessThan(32 * 1024 * 1024)
  })

  it('more than is taken once it is unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(128 * 1024 * 1024, ' '), { level: 1 })
    server.route('GET /bomb', () => ({ bytes: packed, headers: { 'content-encoding': 'gzip' } }))
    const before = process.memoryUsage.rss()
    expect(await open.fail({ path: '/bomb' })).toMatchObject({ reason: 'http/unreadable-answer' })
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('what says it is packed and is not', async () => {
    server.route('GET /unpacked', () => ({ text: '{}', headers: { 'content-encoding': 'gzip' } }))
    expect(await open.fail({ path: '/unpacked' })).toMatchObject({ code: 'internal', reason: 'http/unreadable-answer' })
  })
})

describe('the longest answer', () => {
  const ofLength = (length: number): string => `"${'x'.repeat(length - 2)}"`

  it('is 1 MiB', async () => {
    server.route('GET /long/{length}', ({ params }) => ({ text: ofLength(Number(params.length)) }))
    expect((await open.ask({ path: `/long/${1024 * 1024}` })).status).toBe(200)
    expect(await open.fail({ path: `/long/${1024 * 1024 + 1}` })).toMatchObject({ reason: 'http/unreadable-answer' })
  })

  it('is what the request says', async () => {
    server.route('GET /long/{length}', ({ params }) => ({ text: ofLength(Number(params.length)) }))
    expect((await open.ask({ path: '/long/10', maxBytes: 10 })).status).toBe(200)
    expect(await open.fail({ path: '/long/11', maxBytes: 10 })).toMatchObject({ reason: 'http/unreadable-answer' })
  })
})

describe('an answer that is no success', () => {
  it.each([
    ['HTML', '<html>502</html>', 502],
    ['a body that is too long', 'x'.repeat(2 * 1024 * 1024), 404],
    ['JSON that is too deep', '['.repeat(100) + ']'.repeat(100), 500],
  ])('with %s has its status, and no body', async (_what, text, status) => {
    server.route(THINGS, () => ({ status, text }))
    expect(await open.ask()).toMatchObject({ status, body: undefined })
  })

  it.each([300, 304, 400, 401, 404, 409, 413, 429, 500, 503])('%i resolves', async (status) => {
    server.route(THINGS, () => (status === 304 ? { status } : { status, json: { message: 'no' } }))
    expect(await open.ask()).toMatchObject({ status, body: status === 304 ? undefined : { message: 'no' } })
  })

  it('that is cut off is in doubt', async () => {
    server.route(THINGS, () => ({ status: 404, json: { message: 'there is no such thing' } }))
    await server.inject({ kind: 'cut-body' })
    expect(await open.fail()).toMatchObject({ reason: 'http/connection-lost', verdict: 'unsure' })
  })
})

describe('an empty success', () => {
  it.each([200, 201, 202, 204])('%i has no body', async (status) => {
    server.route(THINGS, () => ({ status }))
    expect(await open.ask()).toMatchObject({ status, body: undefined })
  })

  it('is what HEAD gets', async () => {
    server.route('HEAD /things', () => ({ headers: { 'x-request-id': 'req-2' } }))
    expect(await open.ask({ method: 'HEAD' })).toMatchObject({ status: 200, body: undefined, requestId: 'req-2' })
  })
})

describe('what the peer says beside', () => {
  it.each([
    ['7', 7000],
    ['86400', 600_000],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 20_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('Retry-After: %s is %s ms', async (header, ms) => {
    const { ask, client } = asking(server.url, { clock: { now: () => 10_000 } })
    server.route(THINGS, () => ({ status: 429, headers: header === undefined ? {} : { 'retry-after': header } }))
    expect((await ask()).retryAfterMs).toBe(ms)
    client.close()
  })

  it.each([
    ['x-openstack-request-id', 'req-3f86b317-a7dc-444d-ab63-e1e4b673e425'],
    ['X-Compute-Request-Id', 'req-1'],
    ['Openstack-Request-Id', 'req-2'],
    ['X-Request-ID', '0a:1b'],
  ])('%s is the request id', async (name, id) => {
    server.route(THINGS, () => ({ json: {}, headers: { [name]: id } }))
    expect((await open.ask()).requestId).toBe(id)
  })

  it('a request id that is none is left out', async () => {
    server.route(THINGS, () => ({
      json: {},
      headers: { 'x-request-id': 'a b', 'openstack-request-id': 'x'.repeat(81) },
    }))
    expect((await open.ask()).requestId).toBeUndefined()
  })

  it('headers, by names of any case, the first value of each', async () => {
    server.route(THINGS, () => ({ json: {}, headers: { 'X-Subject-Token': 'one', 'set-cookie': ['a=1', 'b=2'] } }))
    const { header } = await open.ask()
    expect([header('x-subject-token'), header('X-SUBJECT-TOKEN'), header('Set-Cookie'), header('constructor')]).toEqual(
      ['one', 'one', 'a=1', undefined],
    )
  })
})

describe('a signal', () => {
  const reason = new AmphoraComputeError('Build took longer than 60 s', { code: 'deadline-exceeded', reason: 'core/x' })

  it('that has aborted lets nothing leave', async () => {
    expect(await open.fail({ signal: AbortSignal.abort(reason) })).toMatchObject({
      message: reason.message,
      code: 'deadline-exceeded',
      reason: 'core/x',
      verdict: 'unsent',
    })
    expect(server.count()).toBe(0)
  })

  it.each([
    ['while there is no answer', { kind: 'hang' }],
    ['in the middle of an answer', { kind: 'slow-drip', everyMs: 5 }],
  ] as const)('ends it at once %s', async (_when, fault) => {
    await open.ask()
    await server.inject(fault)
    const controller = new AbortController()
    const failing = open.fail({ method: 'POST', json: {}, signal: controller.signal })
    const request = await server.seen('POST /things')
    while (fault.kind === 'slow-drip' && request.bytesSent < 5) await new Promise((resolve) => setTimeout(resolve, 5))
    const startedAt = performance.now()
    controller.abort(reason)
    expect(await failing).toMatchObject({ message: reason.message, code: 'deadline-exceeded', verdict: 'unsure' })
    expect(performance.now() - startedAt).toBeLessThan(250)
    expect((await server.seen('POST /things', 1, 'finished')).answered).toBe(false)
  })

  it('ends a request that waits for a connection, which is then never sent', async () => {
    const { client, ask } = asking(server.url, { maxSockets: 1 })
    await ask()
    const hanging = await server.inject({ kind: 'hang', times: 1 })
    const first = new AbortController()
    const second = new AbortController()
    const failures = [first, second].map(({ signal }) => failure(ask({ signal })))
    await server.seen(THINGS, 2)
    second.abort(reason)
    expect(await failures[1]).toMatchObject({ code: 'deadline-exceeded' })
    first.abort(reason)
    await failures[0]
    expect(hanging.hits).toBe(1)
    await ask()
    expect(server.count()).toBe(3)
    client.close()
  })

  it.each([
    [new Error('canary'), 'cancelled'],
    ['canary', 'cancelled'],
    [undefined, 'cancelled'],
  ])('with %s for a reason says that it was cancelled, and quotes nothing', async (foreign, code) => {
    const error = await open.fail({ signal: AbortSignal.abort(foreign) })
    expect(error).toMatchObject({ code, verdict: 'unsent' })
    expect(error.message).not.toContain('canary')
  })

  it('of a time that is over says so', async () => {
    await server.inject({ kind: 'hang' })
    expect(await open.fail({ signal: AbortSignal.timeout(20) })).toMatchObject({
      message: 'Nova was asked to show the thing, and the time for it is over',
      code: 'deadline-exceeded',
      verdict: 'unsure',
    })
  })
})

describe('close', () => {
  it('ends what is under way, what waits and what comes later', async () => {
    const { client, fail } = asking(server.url, { maxSockets: 1 })
    await server.inject({ kind: 'hang' })
    const failures = [1, 2, 3].map(() => fail())
    await server.seen(THINGS)
    client.close()
    for (const error of await Promise.all(failures)) {
      expect(error).toMatchObject({ code: 'cancelled', reason: 'http/closed', verdict: 'unsure' })
    }
    expect(await fail()).toMatchObject({ code: 'cancelled', reason: 'http/closed', verdict: 'unsent' })
    await server.seen(THINGS, 1, 'finished')
    expect(server.count()).toBe(1)
  })

  it('may be called again', () => {
    open.client.close()
    expect(() => open.client.close()).not.toThrow()
  })
})
