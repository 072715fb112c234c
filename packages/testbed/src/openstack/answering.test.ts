import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { answersAt } from './answering.ts'

it.each([200, 300, 401, 503])('takes %i for an answer', async (status) => {
  const address = await listen((server) => server.listen(0, '127.0.0.1'), status)
  expect(await answersAt(address)).toBe(true)
})

it('hears no answer where nobody listens', async () => {
  expect(await answersAt('http://127.0.0.1:1')).toBe(false)
  expect(await answersAt('/nonexistent.sock')).toBe(false)
})

it('takes a unix socket that accepts for an answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.sock')
  await listen((server) => server.listen(path), 200)
  expect(await answersAt(path)).toBe(true)
})

async function listen(start: (server: Server) => Server, status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status, { location: 'http://127.0.0.1:1' }).end())
  onTestFinished(() => void server.close())
  await once(start(server), 'listening')
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
}
