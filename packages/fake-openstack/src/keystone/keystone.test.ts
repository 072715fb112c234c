import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at, listAt, textAt } from '../toolkit/json.ts'
import { createFakeKeystone, type FakeKeystone } from './keystone.ts'

describe('The fake Keystone', () => {
  let now: number
  let keystone: FakeKeystone

  beforeEach(async () => {
    now = Date.parse('2026-01-01T00:00:00Z')
    keystone = await createFakeKeystone({
      clock: { now: () => now, sleep: () => Promise.resolve() },
      services: { compute: [{ interface: 'internal', region: 'Two', url: 'http://127.0.0.1:1/v2.1' }] },
      tokenLifeMs: 1000,
    })
  })
  afterEach(() => keystone.close())

  async function logIn(password = 'secret'): Promise<{ status: number; token: string; body: unknown }> {
    const user = { name: 'demo', domain: { id: 'default' }, password }
    const response = await fetch(`${keystone.authUrl}/auth/tokens`, {
      method: 'POST',
      body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }),
    })
    return {
      status: response.status,
      token: response.headers.get('x-subject-token') ?? '',
      body: await response.json(),
    }
  }

  const isGood = (token: string): boolean => keystone.authenticate({ headers: { 'x-auth-token': token } }) !== undefined

  it('counts the logins that succeed', async () => {
    await logIn()
    await logIn('wrong')
    expect(keystone.logins).toBe(1)
    expect(keystone.server.count('POST /v3/auth/tokens')).toBe(2)
  })

  it('knows who a token is', async () => {
    const { token } = await logIn()
    expect(keystone.authenticate({ headers: { 'x-auth-token': token } })).toMatchObject({
      userName: 'demo',
      project: { id: keystone.projectId('demo'), name: 'demo' },
      isAdmin: false,
    })
    expect(isGood('')).toBe(false)
    expect(isGood('garbage')).toBe(false)
  })

  it('a token ends when its document says', async () => {
    const { token, body } = await logIn()
    expect(textAt(body, 'token', 'expires_at')).toBe('2026-01-01T00:00:01.000000Z')
    now += 999
    expect(isGood(token)).toBe(true)
    now += 1
    expect(isGood(token)).toBe(false)
    expect(keystone.tokens()).toEqual([])
  })

  it('expireTokens ends those that there are, and none that come', async () => {
    const before = await logIn()
    keystone.expireTokens()
    const after = await logIn()
    expect([isGood(before.token), isGood(after.token)]).toEqual([false, true])
  })

  it('revoke ends one', async () => {
    const [first, second] = [await logIn(), await logIn()]
    keystone.revoke(first.token)
    expect([isGood(first.token), isGood(second.token)]).toEqual([false, true])
  })

  it('a password can be changed', async () => {
    keystone.setPassword('demo', 'other')
    expect((await logIn()).status).toBe(401)
    expect((await logIn('other')).status).toBe(201)
    expect(() => keystone.setPassword('nobody', 'x')).toThrow('nobody')
  })

  it('the catalogue names every endpoint as it is given', async () => {
    const { body } = await logIn()
    const compute = listAt(body, 'token', 'catalog').find((one) => at(one, 'type') === 'compute')
    expect(listAt(compute, 'endpoints')).toEqual([
      {
        id: expect.any(String),
        interface: 'internal',
        region_id: 'Two',
        region: 'Two',
        url: 'http://127.0.0.1:1/v2.1',
      },
    ])
  })
})
