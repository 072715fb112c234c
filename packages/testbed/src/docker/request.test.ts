import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { engineAt, parseVersion } from './engine.ts'
import { dockerRequest, queryString } from './request.ts'

interface Seen {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly type?: string | undefined
  readonly body: string
}

let folder: string
let socketPath: string
let server: Server
let seen: Seen[]
let answer: (response: ServerResponse) => void

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphora-'))
  socketPath = join(folder, 'engine.sock')
  seen = []
  server = createServer((request, response) => {
    void record(request).then(() => answer(response))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

it('sends JSON and reads JSON', async () => {
  answer = (response) => response.writeHead(201, { 'api-version': '1.41' }).end('{"Id":"ä"}')
  const body = { Image: 'ü' }
  const response = await dockerRequest('/containers/create', {
    socketPath,
    method: 'POST',
    query: { name: 'a b' },
    body,
  })
  expect([response.status, response.headers['api-version'], response.json()]).toEqual([201, '1.41', { Id: 'ä' }])
  expect(seen).toEqual([
    { method: 'POST', url: '/containers/create?name=a+b', type: 'application/json', body: '{"Image":"ü"}' },
  ])
})

it('sends bytes as a tar, and nothing as nothing', async () => {
  answer = (response) => response.end()
  await dockerRequest('/images/create', { socketPath, method: 'POST', body: Buffer.from('tar') })
  await dockerRequest('/_ping', { socketPath })
  expect(seen).toEqual([
    { method: 'POST', url: '/images/create', type: 'application/x-tar', body: 'tar' },
    { method: 'GET', url: '/_ping', type: undefined, body: '' },
  ])
})

it('resolves with a failure that the engine answers, whose text need not be JSON', async () => {
  answer = (response) => response.writeHead(500).end('broken')
  const response = await dockerRequest('/version', { socketPath })
  expect([response.status, response.text()]).toEqual([500, 'broken'])
  expect(() => response.json()).toThrow(SyntaxError)
})

it('rejects with the code of the socket when nobody listens or the engine dies', async () => {
  await expect(dockerRequest('/_ping', { socketPath: join(folder, 'none') })).rejects.toMatchObject({ code: 'ENOENT' })
  answer = (response) => response.destroy()
  await expect(dockerRequest('/_ping', { socketPath })).rejects.toMatchObject({ code: 'ECONNRESET' })
  answer = (response) => response.write('half', () => response.destroy())
  await expect(dockerRequest('/_ping', { socketPath })).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('gives up on an engine that does not answer', async () => {
  answer = () => undefined
  await expect(dockerRequest('/_ping', { socketPath, timeoutMs: 50 })).rejects.toMatchObject({
    name: 'AbortError',
    cause: { name: 'TimeoutError' },
  })
})

it('repeats the key of a list and leaves an empty query out', () => {
  expect(queryString({ changes: ['CMD ["/bin/sh"]', 'EXPOSE 80'], tag: 'x' })).toBe(
    '?changes=CMD+%5B%22%2Fbin%2Fsh%22%5D&changes=EXPOSE+80&tag=x',
  )
  expect(queryString({})).toBe('')
})

it('knows an engine by its answer', async () => {
  answer = (response) => response.end('{"Version":"20.10.24","ApiVersion":"1.41","Os":"linux"}')
  expect(await engineAt(socketPath)).toEqual({ version: '20.10.24', apiVersion: '1.41' })
  answer = (response) => response.writeHead(503).end('{"Version":"20.10.24","ApiVersion":"1.41"}')
  expect(await engineAt(socketPath)).toBeUndefined()
  answer = (response) => response.end('<html>')
  expect(await engineAt(socketPath)).toBeUndefined()
  expect(await engineAt(join(folder, 'none'))).toBeUndefined()
})

it.each([null, 'OK', [], {}, { Version: '20.10.24' }, { Version: 1, ApiVersion: '1.41' }])(
  'knows no engine by %j',
  (value) => {
    expect(parseVersion(value)).toBeUndefined()
  },
)

async function record(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  const { method, url, headers } = request
  seen.push({ method, url, type: headers['content-type'], body: Buffer.concat(chunks).toString() })
}
