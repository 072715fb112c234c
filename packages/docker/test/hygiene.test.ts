import { inspect } from 'node:util'
import { createFakeServer } from '@amphora/conformance/fake-server'
import { silentLogger, systemClock } from '@amphora/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as face from '../src/index.ts'
import { testCall, testOrder } from './call.ts'
import { bench, connectDriver, failure, type Bench } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
  vi.unstubAllEnvs()
  await open?.close()
  open = undefined
})

describe('the package', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(face).sort()).toEqual(['capabilities', 'docker'])
  })

  it('declares what the driver implements', () => {
    expect(face.docker.definition).toMatchObject({ apiVersion: 1, name: 'docker', capabilities: face.capabilities })
    expect(face.docker({}).settleMs).toBe(0)
    expect(face.capabilities).toMatchInlineSnapshot(`
      {
        "attach": true,
        "files": {
          "maxBytes": 10240,
          "maxCount": 5,
        },
        "flavor": "either",
        "image": true,
        "keys": true,
        "networks": {
          "max": 8,
        },
        "suspend": "memory",
        "types": [
          "Container",
        ],
        "userData": {
          "maxBytes": 65536,
        },
        "watch": true,
      }
    `)
  })
})

describe('inspection', () => {
  it('shows nothing of certificates, keys, files and user data', async () => {
    open = await bench()
    const secret = 'canary-4711'
    const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`
    const options = { host: 'engine.example', tls: { ca: pem, cert: pem, key: pem } }
    const binding = face.docker(options)
    const driver = binding.connect({
      owner: 'amphora',
      logger: silentLogger,
      signal: new AbortController().signal,
      clock: systemClock,
    })
    const bytes = new TextEncoder().encode(secret)
    await open.driver.build(testOrder({ userData: bytes, files: [{ path: '/x', bytes }], keys: [secret] }), testCall())
    const error = await failure(
      open.driver.build(testOrder({ networkIds: ['nowhere'], userData: bytes, name: 'web-2' }), testCall()),
    )
    for (const shown of [binding, driver, open.driver, error]) {
      expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(secret)
      expect(JSON.stringify(shown) ?? '').not.toContain(secret)
    }
    const { engine } = open
    const requests = engine.server.requests().filter(({ method }) => method !== 'PUT')
    for (const request of requests) {
      expect(
        `${request.path}${request.query.toString()}${request.text()}${JSON.stringify(request.headers)}`,
      ).not.toContain(secret)
    }
    expect(JSON.stringify(engine.named('amphora-web-1')?.inspection())).not.toContain(secret)
  })
})

describe('the environment', () => {
  it.each(['tcp://127.0.0.1:1', 'ssh://nobody@127.0.0.1', 'unix:///nowhere.sock', 'not a url at all:://'])(
    'is not asked where the engine is: DOCKER_HOST %s',
    async (value) => {
      open = await bench()
      vi.stubEnv('DOCKER_HOST', value)
      vi.stubEnv('DOCKER_TLS_VERIFY', '1')
      vi.stubEnv('DOCKER_CERT_PATH', '/nowhere')
      expect((await open.driver.check(testCall())).version).toBe('1.41')
      expect(process.env['DOCKER_HOST']).toBe(value)
    },
  )

  it('is not asked for a proxy', async () => {
    const proxy = await createFakeServer()
    const engine = await createFakeServer()
    engine.route('GET /_ping', () => ({ text: 'OK', headers: { 'api-version': '1.41' } }))
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, proxy.url)
    }
    const driver = connectDriver({ host: '127.0.0.1', port: Number(new URL(engine.url).port), allowInsecure: true })
    try {
      expect((await driver.check(testCall())).version).toBe('1.41')
      expect(proxy.count()).toBe(0)
    } finally {
      await driver.close()
      await engine.close()
      await proxy.close()
    }
  })
})

describe('two bindings of one plugin', () => {
  it('share nothing: one closed leaves the other at work', async () => {
    open = await bench()
    const { driver, connect } = open
    const other = connect()
    await driver.check(testCall())
    await driver.close()
    expect((await other.check(testCall())).version).toBe('1.41')
  })
})

describe('a connection', () => {
  it('is kept and used again', async () => {
    open = await bench()
    const { engine, driver } = open
    const id = await driver.build(testOrder(), testCall())
    const agents = new Set<unknown>()
    engine.server.route('GET /containers/{id}/json', ({ headers }) => {
      agents.add(headers.connection)
      return { json: engine.named('amphora-web-1')?.inspection() }
    })
    for (let at = 0; at < 5; at += 1) await driver.status?.(id, testCall())
    expect([...agents]).toEqual(['keep-alive'])
  })

  it('is one of 18 at most, however many calls there are', async () => {
    open = await bench()
    const { engine, driver } = open
    const id = await driver.build(testOrder(), testCall())
    let now = 0
    let most = 0
    engine.server.route('GET /containers/{id}/json', async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return { json: engine.named('amphora-web-1')?.inspection() }
    })
    await Promise.all(Array.from({ length: 300 }, async () => driver.status?.(id, testCall())))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(18)
  })
})
