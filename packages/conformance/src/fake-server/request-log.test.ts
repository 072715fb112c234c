import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../test/manual-clock.ts'
import { ask } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'

let server: FakeServer
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock()
  clock.advance(1000)
  server = await createFakeServer({ clock, maxBodyBytes: 100 })
  server.route('PUT /things/{id}', ({ params }) => ({ status: 201, json: params }))
  server.route('GET /slow', () => ({ text: 'done' }), { latencyMs: 50 })
})
afterEach(() => server.close())

describe('the log', () => {
  it('holds the request as it arrived', async () => {
    await ask(server.url, 'PUT /things/a%20b?tag=x&tag=y', {
      body: '{"é":1}',
      headers: { 'X-Auth-Token': 't', host: 'api.example' },
    })
    const [request] = server.requests()
    expect(request).toMatchObject({
      index: 1,
      method: 'PUT',
      path: '/things/a%20b',
      template: 'PUT /things/{id}',
      params: { id: 'a b' },
      headers: { 'x-auth-token': 't' },
      host: 'api.example',
      startedAt: 1000,
    })
    expect(request?.query.getAll('tag')).toEqual(['x', 'y'])
    expect(request?.body).toEqual(Buffer.from('{"é":1}'))
    expect(request?.text()).toBe('{"é":1}')
    expect(request?.json()).toEqual({ é: 1 })
  })

  it('says what became of it, and when', async () => {
    const outcome = ask(server.url, 'GET /slow')
    const request = await server.seen('GET /slow')
    await clock.asleep()
    expect(request).toMatchObject({ acted: false, answered: false, finishedAt: undefined, status: undefined })
    clock.advance(50)
    expect((await outcome).text).toBe('done')
    await server.seen('GET /slow', 1, 'finished')
    expect(request).toMatchObject({ acted: true, answered: true, startedAt: 1000, finishedAt: 1050, status: 200 })
    expect(request.bytesSent).toBe(4)
    expect(request.signal.aborted).toBe(false)
  })

  it('counts by template, and starts anew after clear', async () => {
    await ask(server.url, 'PUT /things/a')
    await ask(server.url, 'PUT /things/b')
    await ask(server.url, 'GET /nowhere')
    expect([server.count('PUT /things/{id}'), server.count('GET /slow'), server.count()]).toEqual([2, 0, 3])
    server.clear()
    expect(server.requests()).toEqual([])
    await ask(server.url, 'PUT /things/a')
    expect(server.requests()[0]?.index).toBe(4)
  })

  it('tells the unexpected apart: no route, a body over the cap, a handler that threw', async () => {
    server.route('GET /buggy', () => {
      throw new Error('a bug')
    })
    await ask(server.url, 'PUT /things/a', { body: 'x'.repeat(100) })
    expect(server.unexpected()).toEqual([])
    expect(await ask(server.url, 'GET /nowhere')).toMatchObject({
      status: 404,
      text: '{"message":"no route for GET /nowhere"}',
    })
    expect((await ask(server.url, 'PUT /things/a', { body: 'x'.repeat(1_000_000) })).status).toBe(413)
    expect(server.requests().at(-1)?.body.length).toBeLessThanOrEqual(100)
    expect(await ask(server.url, 'GET /buggy')).toMatchObject({ status: 500 })
    await server.inject({
      kind: 'hang',
      on: () => {
        throw new Error('a bug in a predicate')
      },
    })
    expect(await ask(server.url, 'GET /slow')).toMatchObject({ error: 'ECONNRESET read' })
    expect(server.unexpected().map(({ unexpected, acted }) => [unexpected, acted])).toEqual([
      ['no route for GET /nowhere', false],
      ['its body is longer than maxBodyBytes, 100', false],
      ['its handler threw: Error: a bug', false],
      ['serving it failed: Error: a bug in a predicate', false],
    ])
  })

  it('shows a request whose client left in mid-body, on which nothing acted', async () => {
    const { port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('PUT /things/a HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf')
    while (server.count('PUT /things/{id}') === 0) await ask(server.url, 'GET /another-round-trip')
    socket.resetAndDestroy()
    const request = await server.seen('PUT /things/{id}', 1, 'finished')
    expect(request).toMatchObject({ acted: false, answered: false, unexpected: undefined })
    expect(request.body).toHaveLength(0)
    await server.idle()
  })
})

describe('seen', () => {
  it('waits for the nth', async () => {
    const third = server.seen('PUT /things/{id}', 3)
    for (const id of ['a', 'b', 'c']) await ask(server.url, `PUT /things/${id}`)
    expect((await third).params).toEqual({ id: 'c' })
    expect((await server.seen('PUT /things/{id}', 2)).params).toEqual({ id: 'b' })
  })
})

describe('latency', () => {
  it('comes before the handler, which runs also when the client has left', async () => {
    const client = new AbortController()
    const outcome = ask(server.url, 'GET /slow', { signal: client.signal })
    await clock.asleep()
    client.abort()
    await outcome
    await server.seen('GET /slow', 1, 'finished')
    clock.advance(49)
    expect(server.requests()[0]?.acted).toBe(false)
    clock.advance(1)
    expect(await server.seen('GET /slow', 1, 'acted')).toMatchObject({ answered: false })
  })

  it('is the server’s where the route has none', async () => {
    const late = await createFakeServer({ latencyMs: 50, clock })
    late.route('GET /late', () => ({ text: 'late' }))
    late.route('GET /prompt', () => ({ text: 'prompt' }), { latencyMs: 0 })
    expect((await ask(late.url, 'GET /prompt')).text).toBe('prompt')
    const outcome = ask(late.url, 'GET /late')
    await clock.asleep()
    clock.advance(50)
    expect((await outcome).text).toBe('late')
    await late.close()
  })

  it('is waited for by idle', async () => {
    const outcome = ask(server.url, 'GET /slow')
    await clock.asleep()
    let idle = false
    const waited = server.idle().then(() => (idle = true))
    await ask(server.url, 'PUT /things/a')
    expect(idle).toBe(false)
    clock.advance(50)
    await waited
    expect(server.requests('GET /slow')[0]?.acted).toBe(true)
    await outcome
  })
})
