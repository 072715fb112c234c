import { createCompute, silentLogger, systemClock } from '@amphora/core'
import { everything, testCall } from '@amphora/fake-openstack'
import { bindingSuite } from '@amphora/fake-openstack/suites'
import { afterEach, describe, expect, it } from 'vitest'
import * as face from '../src/index.ts'
import { NETWORK, NOSUCH, testOrder } from './call.ts'
import { bench, failure, optionsFor, PASSWORD, type Bench, type IronicDriver } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
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

bindingSuite({
  start: async () => {
    const { fake, ...rest } = await start()
    return { cloud: fake, ...rest }
  },
  bind: (cloud, options) => face.ironic({ ...optionsFor(cloud), ...options }),
  version: '1.82',
  service: ['baremetal', 'http://192.0.2.1:6385'],
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
