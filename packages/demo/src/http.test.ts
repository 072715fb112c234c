import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { ask } from './http.ts'

const servers: Server[] = []
const never = new AbortController().signal

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

it('gives the answer without the end of its line', async () => {
  const url = await serve((_, response) => response.end('web-1\n'))
  expect(await ask(url, 2_000, never)).toBe('web-1')
})

it('gives nothing where the server takes the connection and keeps silent', async () => {
  const url = await serve(() => undefined)
  expect(await ask(url, 50, never)).toBeUndefined()
})

it('gives nothing for an answer that says it has failed, or that breaks off, or where nobody listens', async () => {
  const failing = await serve((_, response) => response.writeHead(503).end('no'))
  const breaking = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  expect(await ask(failing, 2_000, never)).toBeUndefined()
  expect(await ask(breaking, 2_000, never)).toBeUndefined()
  for (const server of servers.splice(0)) server.close()
  expect(await ask(failing, 2_000, never)).toBeUndefined()
})

it('rejects with the reason of the signal', async () => {
  const url = await serve(() => undefined)
  const controller = new AbortController()
  const asking = ask(url, 2_000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(asking).rejects.toThrow('enough')
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/`
}
