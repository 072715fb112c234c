import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ask } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import { createListener } from './listener.ts'
import type { Listener } from './listener.ts'

let listener: Listener

beforeEach(async () => {
  listener = await createListener()
})
afterEach(() => listener.close())

it('has been reached by nobody at first, however often it is asked', async () => {
  expect(await listener.reached()).toEqual([])
  expect(await listener.reached()).toEqual([])
})

it('shows what reached it, and answers no success', async () => {
  const outcome = await ask(listener.url, 'GET /a?b=c', { headers: { 'x-auth-token': 'secret' } })
  expect(outcome).toMatchObject({ status: 418, error: undefined })
  const reached = await listener.reached()
  expect(reached).toHaveLength(1)
  expect(reached[0]).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\nx-auth-token: secret\r\n/)
})

it('counts a connection that sends nothing, and one not accepted yet', async () => {
  const socket = connect(Number(new URL(listener.url).port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  expect(await listener.reached()).toEqual([''])
  socket.destroy()
})

it('keeps at most 64 KiB of a connection', async () => {
  const socket = connect(Number(new URL(listener.url).port), '127.0.0.1')
  await new Promise((resolve) => socket.write('x'.repeat(1_000_000), resolve))
  let [text = ''] = await listener.reached()
  while (text.length < 64 * 1024) [text = ''] = await listener.reached()
  expect(text).toHaveLength(64 * 1024)
  socket.destroy()
})

it('catches a client that follows a redirect, and not one that does not', async () => {
  const server = await createFakeServer()
  server.route('GET /it', () => ({}))
  await server.inject({ kind: 'redirect', status: 307, to: `${listener.url}/elsewhere` })
  await ask(server.url, 'GET /it')
  expect(await listener.reached()).toEqual([])
  await fetch(`${server.url}/it`)
  expect(await listener.reached()).toEqual([expect.stringContaining('GET /elsewhere')])
  await server.close()
})

it('refuses once closed, and may be closed again', async () => {
  const socket = connect(Number(new URL(listener.url).port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  await listener.close()
  await listener.close()
  socket.destroy()
  expect(await ask(listener.url, 'GET /')).toMatchObject({ error: 'ECONNREFUSED connect' })
})
