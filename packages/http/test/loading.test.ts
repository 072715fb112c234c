import { dirname } from 'node:path'
import { createFakeServer, type FakeServer } from '@amphora/conformance/fake-server'
import { install, type Installed } from '@amphora/test-tools'
import { afterAll, beforeAll, expect, it } from 'vitest'

let server: FakeServer
let installed: Installed

beforeAll(async () => {
  server = await createFakeServer()
  server.route('GET /things', () => ({ json: {} }))
  installed = await install({ root: dirname(import.meta.dirname), neighbours: ['@amphora/core'] })
}, 120_000)
afterAll(async () => {
  await installed.remove()
  await server.close()
})

it('loads axios with the first request and not before, and keeps no process alive', { timeout: 60_000 }, async () => {
  const script = `
    import { HttpClient } from '@amphora/http'
    const client = new HttpClient({ clock: Date, allowInsecureHttp: true, tls: { pin: '${'0'.repeat(64)}' } })
    const signal = new AbortController().signal
    const request = { method: 'GET', signal, step: 'ask', peer: 'it' }
    await client.send({ ...request, url: new URL('http://192.0.2.1/') }).catch(({ reason }) => console.log(reason))
    const { status } = await client.send({ ...request, url: new URL('${server.url}/things') })
    console.log(status)
  `
  expect(await installed.watch(script, ['axios'])).toEqual(['http/destination', 'loaded axios', '200'])
})
