import { afterEach, beforeEach, expect, it } from 'vitest'
import { ask } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'

let server: FakeServer

beforeEach(async () => {
  server = await createFakeServer()
  server.route('GET /things/{id}', () => ({ text: 'fine' }))
  server.route('DELETE /things/{id}', () => ({ status: 204 }))
})
afterEach(() => server.close())

const statuses = async (...targets: readonly string[]): Promise<unknown[]> => {
  const found: unknown[] = []
  for (const target of targets) found.push((await ask(server.url, target)).status)
  return found
}

it('hits requests of its route only, and every one until it is disposed of', async () => {
  const fault = await server.inject({ kind: 'status', status: 503, on: 'GET /things/{id}' })
  expect(await statuses('GET /things/a', 'DELETE /things/a', 'GET /things/b')).toEqual([503, 204, 503])
  expect(fault.hits).toBe(2)
  await fault.dispose()
  await fault.dispose()
  expect(await statuses('GET /things/a')).toEqual([200])
  expect(fault.hits).toBe(2)
})

it('is spent after its times', async () => {
  const fault = await server.inject({ kind: 'status', status: 503, times: 2 })
  expect(await statuses('GET /things/a', 'GET /things/a', 'GET /things/a')).toEqual([503, 503, 200])
  expect(fault.hits).toBe(2)
})

it('hits what a predicate picks, such as the second request of all', async () => {
  await server.inject({ kind: 'status', status: 503, on: ({ index }) => index === 2 })
  expect(await statuses('GET /things/a', 'GET /things/a', 'GET /things/a')).toEqual([200, 503, 200])
})

it('hits every request where it names none, also one without a route', async () => {
  await server.inject({ kind: 'status', status: 503 })
  expect(await statuses('GET /nowhere', 'DELETE /things/a')).toEqual([503, 503])
})

it('comes in the order of injection', async () => {
  await server.inject({ kind: 'status', status: 500, times: 1 })
  await server.inject({ kind: 'status', status: 503, times: 1 })
  expect(await statuses('GET /things/a', 'GET /things/a', 'GET /things/a')).toEqual([500, 503, 200])
})

it.each([0, -1, 1.5, Number.NaN])('refuses %d times', async (times) => {
  await expect(server.inject({ kind: 'hang', times })).rejects.toThrow(RangeError)
})
