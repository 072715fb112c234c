import type { AmphoraComputeError } from '@amphora/core'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { bench, clear, failure, optionsFor, PASSWORD, plantOurs, trail, type Bench } from './driver.ts'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const LOGIN = 'POST /v3/auth/tokens'

describe('a login', () => {
  it('is one for 100 callers that come at once', async () => {
    const { cloud, driver } = await start()
    const { id } = plantOurs(cloud, 'web-1')
    await Promise.all(Array.from({ length: 100 }, () => driver.status(id, testCall())))
    expect(cloud.keystone.server.count(LOGIN)).toBe(1)
    expect(cloud.server.count('GET /v2.1/servers/{id}')).toBe(100)
  })

  it('is one more for 100 callers whose token is refused in the middle of things', async () => {
    const { cloud, driver } = await start()
    const { id } = plantOurs(cloud, 'web-1')
    await driver.status(id, testCall())
    cloud.keystone.expireTokens()
    clear(cloud)
    const states = await Promise.all(Array.from({ length: 100 }, () => driver.status(id, testCall())))
    expect(states.every(({ state }) => state === 'active')).toBe(true)
    expect(cloud.keystone.server.count(LOGIN)).toBe(1)
    expect(cloud.keystone.tokens()).toHaveLength(1)
    // At most the 18 connections that there are can have carried the old token.
    expect(cloud.server.count('GET /v2.1/servers/{id}')).toBeLessThanOrEqual(200)
  })

  it.each(['GET /v2.1/servers/detail', 'POST /v2.1/servers'] as const)(
    'again in the middle of a build, before %s, makes one server',
    async (at) => {
      const { cloud, driver } = await start()
      await driver.check(testCall())
      clear(cloud)
      let isFirst = true
      await using _expiry = await cloud.server.inject({
        kind: 'reset-before',
        on: ({ template }) => {
          if (template === at && isFirst) {
            isFirst = false
            cloud.keystone.expireTokens()
          }
          return false
        },
      })
      const id = await driver.build(order(), testCall())
      expect(cloud.servers().map((server) => server.id)).toEqual([id])
      expect(cloud.keystone.server.count(LOGIN)).toBe(1)
      expect(cloud.server.count(at)).toBe(at.startsWith('POST') ? 2 : 3)
    },
  )

  it('that changes nothing is tried once, and then it is unauthenticated', async () => {
    const { cloud, driver } = await start()
    const { id } = plantOurs(cloud, 'web-1')
    await driver.status(id, testCall())
    clear(cloud)
    await using _fault = await cloud.server.inject({ kind: 'status', status: 401 })
    const error = (await failure(driver.status(id, testCall()))) as AmphoraComputeError
    expect(error.code).toBe('unauthenticated')
    expect(error.recovery).toMatchObject({ tripsBreaker: false, retry: 'after-a-fix' })
    expect(trail(cloud)).toEqual([
      'keystone POST /v3/auth/tokens',
      'nova GET /v2.1/servers/{id}',
      'nova GET /v2.1/servers/{id}',
    ])
  })

  it('that is refused in the middle of a build has made nothing', async () => {
    const { cloud, driver } = await start()
    await driver.check(testCall())
    cloud.keystone.expireTokens()
    cloud.keystone.setPassword('demo', 'changed')
    expect(await failure(driver.build(order({ nameIsFresh: true }), testCall()))).toMatchObject({
      code: 'unauthenticated',
      reason: 'openstack/login',
      outcome: 'not-created',
    })
    expect(cloud.servers()).toEqual([])
  })

  it('with a wrong password says what may be wrong, and never the password', async () => {
    const { cloud, connect } = await start()
    const auth = { ...optionsFor(cloud).auth, password: 'hunter2-hunter2' }
    const error = (await failure(connect({ auth }).check(testCall()))) as Error
    expect(error).toMatchObject({ code: 'unauthenticated' })
    expect(error.message).toMatch(/password.*project/)
    expect(`${error.message}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('hunter2')
  })

  it('with a password from a function asks for it again, so that it may change', async () => {
    const { cloud, connect } = await start()
    let password = PASSWORD
    const driver = connect({ auth: { ...optionsFor(cloud).auth, password: () => password } })
    await driver.check(testCall())
    password = 'rotated'
    cloud.keystone.setPassword('demo', password)
    cloud.keystone.expireTokens()
    expect(await driver.check(testCall())).toMatchObject({ version: '2.79' })
  })

  it('with an application credential goes without a project', async () => {
    const { cloud, connect } = await start()
    const driver = connect({
      auth: {
        authUrl: cloud.authUrl,
        applicationCredentialName: 'amphora',
        applicationCredentialSecret: 'credential-secret',
        username: 'demo',
        userDomainName: 'Default',
      },
    })
    expect(await driver.check(testCall())).toMatchObject({ warnings: [] })
  })
})

describe('a service that has had too much', () => {
  it.each([
    [{ status: 429, headers: { 'retry-after': '7' } }, 7_000],
    [{ status: 413, headers: { 'retry-after': '3' } }, 3_000],
    [{ status: 429, headers: { 'retry-after': 'soon' } }, undefined],
    [{ status: 429 }, undefined],
  ])('with %j is resource-exhausted for as long as it says', async (answer, retryAfterMs) => {
    const { cloud, driver } = await start()
    await driver.check(testCall())
    await using _fault = await cloud.server.inject({ kind: 'status', ...answer })
    const asks = [() => driver.find('web-1', testCall()), () => driver.build(order({ nameIsFresh: true }), testCall())]
    for (const ask of asks) {
      const error = (await failure(ask())) as AmphoraComputeError
      expect(error).toMatchObject({ code: 'resource-exhausted', retryAfterMs })
      expect(error.recovery.tripsBreaker).toBe(false)
    }
  })

  it('and refuses a create has made nothing', async () => {
    const { cloud, driver } = await start()
    await using _fault = await cloud.server.inject({ kind: 'status', on: 'POST /v2.1/servers', status: 429 })
    expect(await failure(driver.build(order({ nameIsFresh: true }), testCall()))).toMatchObject({
      outcome: 'not-created',
    })
  })
})
