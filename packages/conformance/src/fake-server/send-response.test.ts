import { Agent } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ask, open } from '../../test/raw-client.ts'
import type { Outcome } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'
import type { FakeResponse } from './response.ts'

const nothing = (): void => undefined

async function* lines(pause: () => Promise<void>): AsyncGenerator<string | Uint8Array> {
  yield '{"status":"pulling"}\n'
  await pause()
  yield Buffer.from('{"status":"done"}\n')
}

let server: FakeServer

beforeEach(async () => {
  server = await createFakeServer({ unix: true })
})
afterEach(() => server.close())

function answering(answer: FakeResponse, method: 'GET' | 'HEAD' = 'GET'): Promise<Outcome> {
  server.route(`${method} /it`, () => answer)
  return ask(server.url, `${method} /it`)
}

it.each<[string, FakeResponse, string, string | undefined]>([
  ['json', { json: { a: 'é' } }, '{"a":"é"}', 'application/json'],
  ['json null', { json: null }, 'null', 'application/json'],
  ['text', { text: 'é' }, 'é', 'text/plain; charset=utf-8'],
  ['bytes', { bytes: Buffer.from('é') }, 'é', 'application/octet-stream'],
  ['nothing', {}, '', undefined],
])('answers %s', async (_name, answer, text, type) => {
  const outcome = await answering(answer)
  expect(outcome).toMatchObject({ status: 200, text, error: undefined })
  expect(outcome.headers['content-type']).toBe(type)
  expect(outcome.headers['content-length']).toBe(String(Buffer.byteLength(text)))
  expect((await server.seen('GET /it', 1, 'finished')).bytesSent).toBe(Buffer.byteLength(text))
})

it('lets the given headers win, in whatever case', async () => {
  const { headers } = await answering({
    json: {},
    headers: { 'Content-Type': 'text/html', 'Set-Cookie': ['a=1', 'b=2'] },
  })
  expect(headers).toMatchObject({ 'content-type': 'text/html', 'set-cookie': ['a=1', 'b=2'] })
})

it('sends no body with 204, nor to HEAD', async () => {
  const gone = await answering({ status: 204, json: {} })
  expect(gone).toMatchObject({ status: 204, text: '', error: undefined })
  expect(gone.headers['content-length']).toBeUndefined()
  const head = await answering({ text: 'four' }, 'HEAD')
  expect(head).toMatchObject({ status: 200, text: '', error: undefined })
  expect(head.headers['content-length']).toBe('4')
  expect((await server.seen('HEAD /it', 1, 'finished')).bytesSent).toBe(0)
})

it("sends a stream's head before its first piece", async () => {
  server.route('GET /it', ({ signal }) => ({
    status: 201,
    // eslint-disable-next-line require-yield -- it never gets as far
    stream: (async function* silent() {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', reject))
    })(),
  }))
  const incoming = await open(server.url, 'GET /it')
  expect(incoming.statusCode).toBe(201)
  incoming.destroy()
})

it("sends a stream's pieces as they come, and its end", async () => {
  let more: () => void = nothing
  server.route('GET /it', () => ({
    headers: { 'content-type': 'application/json' },
    stream: lines(() => new Promise<void>((resolve) => (more = resolve))),
  }))
  const seen: string[] = []
  const onText = (text: string): void => {
    seen.push(text)
    more()
  }
  expect(await ask(server.url, 'GET /it', { onText })).toMatchObject({ status: 200, error: undefined })
  expect(seen).toEqual(['{"status":"pulling"}\n', '{"status":"pulling"}\n{"status":"done"}\n'])
})

it('cuts the connection where a stream throws', async () => {
  const outcome = await answering({ stream: lines(() => Promise.reject(new Error('the backend died'))) })
  expect(outcome).toMatchObject({ status: 200, text: '{"status":"pulling"}\n', error: 'ECONNRESET' })
  expect(server.unexpected()).toEqual([])
})

it('tells a stream that its client has left', async () => {
  let left = false
  server.route('GET /it', ({ signal }) => ({
    stream: (async function* events() {
      yield 'event'
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      left = true
    })(),
  }))
  const client = new AbortController()
  await ask(server.url, 'GET /it', { signal: client.signal, onText: () => client.abort() })
  const request = await server.seen('GET /it', 1, 'finished')
  expect(request).toMatchObject({ acted: true, answered: false })
  expect(left).toBe(true)
})

it('lets a handler take the response over', async () => {
  const outcome = await answering({
    status: 202,
    headers: { 'x-taken': 'yes' },
    takeOver: (response) => {
      response.write('by ')
      response.end('hand')
    },
  })
  expect(outcome).toMatchObject({ status: 202, text: 'by hand', headers: { 'x-taken': 'yes' }, error: undefined })
  expect(await server.seen('GET /it', 1, 'finished')).toMatchObject({ status: 202, answered: true })
})

it('keeps connections alive', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  server.route('GET /it', () => ({ json: {} }))
  for (let n = 0; n < 3; n += 1) await ask(server.url, 'GET /it', { agent })
  const { headers } = await ask(server.url, 'GET /it', { agent })
  expect(headers.connection).toBe('keep-alive')
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
  agent.destroy()
})
