import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificate } from '../../test/certificate.ts'
import { ask } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer, FakeServerOptions } from './fake-server.ts'

const ADDRESS = {
  unix: /^unix:\/\/\/.+\/http\.sock$/,
  http: /^http:\/\/127\.0\.0\.1:\d+$/,
  https: /^https:\/\/127\.0\.0\.1:\d+$/,
}
const SOCKETS = ['TCPSocketWrap', 'TCPServerWrap', 'PipeWrap']

/** What keeps a process alive, of the kinds named. */
function handles(...kinds: readonly string[]): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kinds.includes(kind))
    .sort()
}

/** The test runner has timers of its own, which come and go; a timer of 60 s that was left behind stays. */
async function timersAtMost(count: number): Promise<boolean> {
  for (let n = 0; n < 1000 && handles('Timeout').length > count; n += 1) await turn()
  return handles('Timeout').length <= count
}

function protocolOf({ unix, tls }: FakeServerOptions): keyof typeof ADDRESS {
  if (unix === true) return 'unix'
  return tls === undefined ? 'http' : 'https'
}

const nothing = (): void => undefined

async function* twoPieces(pause: () => Promise<void>): AsyncGenerator<string> {
  yield 'first, '
  await pause()
  yield 'last'
}

/** Whether the folder of a unix socket is still there. */
const folderLeft = ({ socketPath }: FakeServer): boolean => socketPath !== undefined && existsSync(dirname(socketPath))

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe.each([
  ['a unix socket', { unix: true }],
  ['TCP', {}],
  ['TLS', { tls: certificate }],
] as const)('on %s', (_name, options: FakeServerOptions) => {
  const unix = options.unix === true
  let server: FakeServer
  let agent: Agent

  beforeEach(async () => {
    agent = options.tls === undefined ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true })
    server = await createFakeServer(options)
    server.route('GET /ping', () => ({ text: 'pong' }))
    server.route('GET /events', async (request) => ({
      stream: (async function* endless() {
        yield 'first'
        await new Promise((_resolve, reject) => request.signal.addEventListener('abort', reject))
      })(),
    }))
  })
  afterEach(async () => {
    agent.destroy()
    await server.close()
  })

  it('names its address', async () => {
    expect(server.url).toMatch(ADDRESS[protocolOf(options)])
    expect(server.socketPath).toBe(unix ? server.url.slice('unix://'.length) : undefined)
  })

  it('down refuses, up answers again at the same address', async () => {
    const { url } = server
    await server.down()
    expect(await ask(url, 'GET /ping')).toMatchObject({ error: unix ? 'ENOENT connect' : 'ECONNREFUSED connect' })
    await server.up()
    expect(await ask(url, 'GET /ping')).toMatchObject({ status: 200, text: 'pong' })
    expect(server.count('GET /ping')).toBe(1)
  })

  it('down with a stale socket is refused', async () => {
    const outage = await server.down({ staleSocket: true })
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ error: 'ECONNREFUSED connect' })
    await outage[Symbol.asyncDispose]()
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ status: 200 })
  })

  it('down cuts what is under way', async () => {
    let cut: Promise<unknown> = Promise.resolve()
    const onText = (): void => {
      cut = server.down()
    }
    expect(await ask(server.url, 'GET /events', { onText })).toMatchObject({ text: 'first', error: /^ECONNRESET/ })
    await cut
    expect(server.requests()[0]).toMatchObject({ answered: false, acted: true, status: 200 })
  })

  it('down and up may be repeated, and the last one counts', async () => {
    await Promise.all([server.down(), server.down(), server.up(), server.up(), server.down(), server.up()])
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ status: 200 })
    await server.down()
    const underWay = server.up()
    await Promise.resolve()
    await Promise.all([underWay, server.down({ staleSocket: true })])
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ error: 'ECONNREFUSED connect' })
  })

  it('refuse: closes idle connections, so that a client that keeps them alive is refused too', async () => {
    await ask(server.url, 'GET /ping', { agent })
    await server.inject({ kind: 'refuse' })
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ error: 'ECONNREFUSED connect' })
  })

  it('refuse: closes connections on which nothing was asked yet', async () => {
    const socket = connect(unix ? { path: server.socketPath ?? '' } : { port: Number(new URL(server.url).port) })
    await new Promise((resolve) => socket.once('connect', resolve))
    await ask(server.url, 'GET /ping')
    socket.resume()
    await server.inject({ kind: 'refuse' })
    expect(socket.closed).toBe(true)
  })

  it('refuse: lets what is under way finish, and closes its connection then', async () => {
    let release: () => void = nothing
    server.route('GET /slow', async () => {
      await new Promise<void>((resolve) => (release = resolve))
      return { text: 'done' }
    })
    const slow = ask(server.url, 'GET /slow', { agent })
    await server.seen('GET /slow')
    await server.inject({ kind: 'refuse' })
    release()
    expect(await slow).toMatchObject({ text: 'done', headers: { connection: 'close' }, error: undefined })
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ error: 'ECONNREFUSED connect' })
  })

  it('refuse: closes the connection of a stream when the stream has ended', async () => {
    let end: () => void = nothing
    server.route('GET /stream', () => ({ stream: twoPieces(() => new Promise((resolve) => (end = resolve))) }))
    const onText = (text: string): void => {
      if (text === 'first, ') void server.inject({ kind: 'refuse' }).then(() => end())
    }
    expect(await ask(server.url, 'GET /stream', { agent, onText })).toMatchObject({
      text: 'first, last',
      error: undefined,
    })
    await turn()
    await turn()
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ error: 'ECONNREFUSED connect' })
  })

  it('refuse after a route: that request is answered, the next connection refused', async () => {
    const injection = await server.inject({ kind: 'refuse', after: 'GET /ping' })
    expect(injection.hits).toBe(0)
    const elsewhere = await Promise.all([1, 2, 3].map(() => ask(server.url, 'GET /elsewhere', { agent })))
    expect(elsewhere.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ text: 'pong' })
    expect(injection.hits).toBe(1)
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ error: 'ECONNREFUSED connect' })
    await injection.dispose()
    expect(await ask(server.url, 'GET /ping', { agent })).toMatchObject({ text: 'pong' })
  })

  it('a refusal holds through down and up', async () => {
    const injection = await server.inject({ kind: 'refuse' })
    await server.down({ staleSocket: true })
    await server.up()
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ error: 'ECONNREFUSED connect' })
    await injection.dispose()
    expect(await ask(server.url, 'GET /ping')).toMatchObject({ status: 200 })
  })

  it('close leaves no handle and no file, whatever was going on', async () => {
    await turn()
    const before = handles(...SOCKETS)
    const timers = handles('Timeout').length
    const second = await createFakeServer({ ...options, latencyMs: 60_000 })
    second.route('GET /late', () => ({}))
    second.route('GET /prompt', () => ({}), { latencyMs: 0 })
    await second.inject({ kind: 'hang', on: 'GET /prompt', times: 1 })
    await second.inject({ kind: 'act-late', afterMs: 60_000, on: 'GET /prompt', times: 1 })
    await second.inject({ kind: 'slow-drip', everyMs: 60_000, on: 'GET /prompt', times: 1 })
    const asked = ['GET /late', 'GET /prompt', 'GET /prompt', 'GET /prompt'].map((target) => ask(second.url, target))
    const idle = ask(second.url, 'GET /prompt', { agent })
    await second.seen('GET /late')
    await second.seen('GET /prompt', 4)
    await idle
    expect(folderLeft(second)).toBe(unix)
    const waiting = second.seen('GET /late', 2)
    expect(handles(...SOCKETS)).not.toEqual(before)
    expect(handles('Timeout').length).toBeGreaterThan(timers + 1)

    await second.close()
    await second.close()
    const outcomes = await Promise.all(asked)
    expect(outcomes.map(({ error }) => error)).toEqual(asked.map(() => expect.stringMatching(/^ECONNRESET/)))
    await expect(waiting).rejects.toThrow("closed before request 2 of 'GET /late' had arrived; 1 had")
    await expect(second.seen('GET /late', 3)).rejects.toThrow('closed')
    expect(second.unexpected()).toEqual([])
    agent.destroy()
    await turn()
    expect(handles(...SOCKETS)).toEqual(before)
    expect(await timersAtMost(timers)).toBe(true)
    expect(folderLeft(second)).toBe(false)
  })

  it('close ends the wait for a handler that never does', async () => {
    const second = await createFakeServer(options)
    second.route('GET /stuck', () => new Promise<never>(nothing))
    const outcome = ask(second.url, 'GET /stuck')
    await second.seen('GET /stuck')
    const idle = second.idle()
    await second.close()
    await idle
    expect(await outcome).toMatchObject({ error: expect.stringMatching(/^ECONNRESET/) })
  })

  it('close while down leaves nothing either', async () => {
    const second = await createFakeServer(options)
    await second.down({ staleSocket: true })
    await second.close()
    await second.up()
    expect(await ask(second.url, 'GET /')).toMatchObject({ error: unix ? 'ENOENT connect' : 'ECONNREFUSED connect' })
    expect(folderLeft(second)).toBe(false)
  })
})

it('refuses TLS on a unix socket, which nobody speaks', async () => {
  const both: FakeServerOptions = { unix: true, tls: certificate }
  await expect(createFakeServer(both)).rejects.toThrow('leave out one of them')
})

it('under TLS outlives a client that breaks off the handshake or speaks plain HTTP', async () => {
  const server = await createFakeServer({ tls: certificate })
  server.route('GET /ping', () => ({ text: 'pong' }))
  const { port } = new URL(server.url)
  const plain = await ask(`http://127.0.0.1:${port}`, 'GET /ping')
  expect(plain.text).not.toBe('pong')
  const silent = connect(Number(port), '127.0.0.1').resume()
  await new Promise((resolve) => silent.once('connect', resolve))
  silent.destroy()
  expect(await ask(server.url, 'GET /ping')).toMatchObject({ status: 200, text: 'pong' })
  expect(server.count()).toBe(1)
  await server.close()
})

it('up says so where another process took the port', async () => {
  const server = await createFakeServer()
  await server.down()
  const { createServer } = await import('node:net')
  const squatter = createServer().listen(Number(new URL(server.url).port), '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  try {
    await expect(server.up()).rejects.toThrow('EADDRINUSE')
  } finally {
    await new Promise((resolve) => squatter.close(resolve))
  }
  await server.up()
  await server.close()
})
