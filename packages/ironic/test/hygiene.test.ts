import { createFakeServer } from '@amphora/conformance/fake-server'
import { createCompute, silentLogger, systemClock } from '@amphora/core'
import { everything } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as face from '../src/index.ts'
import { NETWORK, NOSUCH, testCall, testOrder } from './call.ts'
import { bench, failure, optionsFor, PASSWORD, type Bench, type IronicDriver } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
  vi.unstubAllEnvs()
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

function connect(options: face.IronicOptions): IronicDriver {
  const { signal } = new AbortController()
  const context = { owner: 'amphora', logger: silentLogger, signal, clock: systemClock }
  return face.ironic(options).connect(context) as IronicDriver
}

describe('the package', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(face).sort()).toEqual(['capabilities', 'ironic'])
  })

  it('declares what the driver implements', () => {
    expect(face.ironic.definition).toMatchObject({ apiVersion: 1, name: 'ironic', capabilities: face.capabilities })
    expect(face.capabilities).toMatchInlineSnapshot(`
      {
        "files": {
          "maxBytes": 10240,
          "maxCount": 5,
        },
        "flavor": "named",
        "image": true,
        "keys": true,
        "networks": {
          "max": 8,
        },
        "ports": true,
        "suspend": "disk",
        "types": [
          "BareMetal",
        ],
        "userData": {
          "maxBytes": 65536,
        },
      }
    `)
  })
})

describe('inspection', () => {
  it.each([
    ['a password', { username: 'admin', password: PASSWORD }],
    ['a password from a function', { username: 'admin', password: () => PASSWORD }],
    ['a token', { token: 'canary-4711' }],
  ])('shows nothing of %s', async (_what, auth) => {
    const { fake } = await start()
    const project =
      'username' in auth ? { projectName: 'admin', userDomainName: 'Default', projectDomainName: 'Default' } : {}
    const options = { ...optionsFor(fake), auth: { authUrl: fake.authUrl, ...project, ...auth } }
    const binding = face.ironic(options)
    const driver = connect(options)
    const compute = await createCompute({ drivers: { metal: binding } })
    try {
      const ends = await Promise.allSettled([driver.check(testCall()), compute.check()])
      for (const shown of [binding, driver, compute, ends]) {
        expect(everything(shown)).not.toContain('canary-4711')
        expect(everything(shown)).not.toContain(PASSWORD)
      }
    } finally {
      await driver.close()
      await compute.close()
    }
  })

  it('shows no token that is in use, and neither does an error', async () => {
    const { fake, driver } = await start()
    await driver.check(testCall())
    const [token] = fake.keystone.tokens()
    const error = await failure(driver.build(testOrder({ networkIds: [NOSUCH] }), testCall()))
    expect(token?.text).toMatch(/^gAAAAA/)
    for (const shown of [driver, error]) expect(everything(shown)).not.toContain('gAAAAA')
  })

  it('shows nothing of files and user data, whatever the build ends in', async () => {
    const { fake, driver } = await start()
    const files = [{ path: '/etc/secret', bytes: Buffer.from('secret-of-a-file') }]
    for (const on of ['POST /v1/allocations', 'PUT /v1/nodes/{ident}/states/provision'] as const) {
      await using _refused = await fake.server.inject({ kind: 'status', on, status: 400 })
      const order = testOrder({ name: 'told', files, userData: Buffer.from('#!/bin/sh\nsecret-of-user-data') })
      const error = await failure(driver.build(order, testCall()))
      expect(everything(error)).not.toMatch(/secret-of|c2VjcmV0LW9m/)
    }
  })
})

describe('the environment', () => {
  it('is not asked for a cloud, a login or a certificate', async () => {
    const { driver } = await start()
    for (const [name, value] of Object.entries({
      OS_CLOUD: 'nowhere',
      OS_AUTH_URL: 'http://192.0.2.1:5000',
      OS_USERNAME: 'nobody',
      OS_PASSWORD: 'wrong',
      OS_PROJECT_NAME: 'none',
      OS_CACERT: '/nowhere',
      OS_CLIENT_CONFIG_FILE: '/nowhere/clouds.yaml',
    })) {
      vi.stubEnv(name, value)
    }
    expect((await driver.check(testCall())).version).toBe('1.82')
  })

  it('is not asked for a proxy', async () => {
    const { driver } = await start()
    await using proxy = await createFakeServer()
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, proxy.url)
    }
    expect((await driver.check(testCall())).version).toBe('1.82')
    expect(proxy.count()).toBe(0)
  })
})

describe('plain http', () => {
  it('is refused where no option lets it through, and nothing is sent', async () => {
    const { fake } = await start()
    expect(() => face.ironic({ ...optionsFor(fake), allowInsecureHttp: false })).toThrow(/plain http/)
    expect(fake.requests()).toBe(0)
  })

  it('is refused for a service of the catalogue that is on another machine, and no token is sent there', async () => {
    const { fake, driver } = await start()
    fake.keystone.services.set('baremetal', 'http://192.0.2.1:6385')
    const refused = { code: 'failed-precondition', reason: 'http/destination' }
    expect(await failure(driver.check(testCall()))).toMatchObject(refused)
  })
})

describe('two bindings of one plugin', () => {
  it('share nothing: one closed leaves the other at work', async () => {
    const made = await start()
    const other = made.connect()
    await made.driver.check(testCall())
    await made.driver.close()
    expect((await other.check(testCall())).version).toBe('1.82')
    expect(made.fake.keystone.logins).toBe(2)
  })

  it('of which one is closed refuses every call, and sends nothing', async () => {
    const { fake, driver } = await start()
    await driver.check(testCall())
    await driver.close()
    await driver.close()
    const before = fake.requests()
    expect(await failure(driver.check(testCall()))).toMatchObject({ code: 'cancelled' })
    expect(fake.requests()).toBe(before)
  })
})

describe('a connection', () => {
  it('is one of 18 at most, however many calls there are', async () => {
    const { fake, driver } = await start()
    const id = await driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
    let now = 0
    let most = 0
    const body = { uuid: fake.nodeOf(id)?.uuid, instance_uuid: null }
    fake.server.route('GET /v1/nodes/{ident}', async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return { json: body }
    })
    await Promise.allSettled(Array.from({ length: 200 }, () => driver.status(id, testCall())))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(18)
  })
})
