import { createCompute, silentLogger, systemClock } from '@amphora/core'
import { everything, testCall } from '@amphora/fake-openstack'
import { bindingSuite } from '@amphora/fake-openstack/suites'
import { afterEach, describe, expect, it } from 'vitest'
import * as face from '../src/index.ts'
import { bench, failure, optionsFor, plantOurs, type Bench, type NovaDriver } from './driver.ts'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

function connect(options: face.NovaOptions): NovaDriver {
  const { signal } = new AbortController()
  return face
    .nova(options)
    .connect({ owner: 'amphora', logger: silentLogger, signal, clock: systemClock }) as NovaDriver
}

describe('the package', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(face).sort()).toEqual(['capabilities', 'nova'])
  })

  it('declares what the driver implements', () => {
    expect(face.nova.definition).toMatchObject({ apiVersion: 1, name: 'nova', capabilities: face.capabilities })
    expect(face.capabilities).toMatchInlineSnapshot(`
      {
        "attach": true,
        "availabilityZones": true,
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
        "placementGroups": true,
        "ports": true,
        "secGroups": true,
        "suspend": "memory",
        "types": [
          "VM",
        ],
        "userData": {
          "maxBytes": 49149,
        },
        "watch": true,
      }
    `)
  })
})

describe('inspection', () => {
  it.each([
    ['a password', { username: 'demo', password: 'canary-4711' }],
    ['a password from a function', { username: 'demo', password: () => 'canary-4711' }],
    [
      'the secret of an application credential',
      { applicationCredentialId: 'x', applicationCredentialSecret: 'canary-4711' },
    ],
    ['a token', { token: 'canary-4711' }],
  ])('shows nothing of %s', async (_what, auth) => {
    const { cloud } = await start({}, { users: [{ name: 'demo', password: 'canary-4711', projects: { demo: [] } }] })
    const project =
      'username' in auth ? { projectName: 'demo', userDomainName: 'Default', projectDomainName: 'Default' } : {}
    const options = { ...optionsFor(cloud), auth: { authUrl: cloud.authUrl, ...project, ...auth } }
    const binding = face.nova(options)
    const driver = connect(options)
    const compute = await createCompute({ drivers: { east: binding } })
    try {
      const ends = await Promise.allSettled([driver.check(testCall()), compute.check()])
      for (const shown of [binding, driver, compute, ends]) expect(everything(shown)).not.toContain('canary-4711')
    } finally {
      await driver.close()
      await compute.close()
    }
  })

  it('shows no token that is in use, and neither does an error', async () => {
    const { cloud, driver } = await start()
    await driver.check(testCall())
    const [token] = cloud.keystone.tokens()
    const error = await failure(driver.build(order({ secGroups: ['none'] }), testCall()))
    expect(token?.text).toMatch(/^gAAAAA/)
    for (const shown of [driver, error]) expect(everything(shown)).not.toContain('gAAAAA')
  })
})

bindingSuite({
  start,
  bind: (cloud, options) => face.nova({ ...optionsFor(cloud), ...options }),
  version: '2.79',
  service: ['compute', 'http://192.0.2.1:8774/v2.1'],
})

describe('a connection', () => {
  it('is one of 18 at most, however many calls there are', async () => {
    const { cloud, driver } = await start()
    const { id } = plantOurs(cloud, 'web-1')
    let now = 0
    let most = 0
    await driver.check(testCall())
    cloud.server.route('GET /v2.1/servers/{id}', async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return { json: { server: { id, status: 'ACTIVE', metadata: { amphora_owner: 'amphora' } } } }
    })
    await Promise.all(Array.from({ length: 200 }, () => driver.status(id, testCall())))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(18)
  })
})
