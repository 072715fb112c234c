import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeCloud, type FakeCloud } from '../cloud.ts'
import { logIn } from '../recording/site.ts'
import { at, listAt, textAt } from '../toolkit/json.ts'
import { NeutronRefusal } from './refusal.ts'

describe('The fake Neutron', () => {
  let cloud: FakeCloud
  let demo: string
  let admin: string

  beforeEach(async () => {
    cloud = await createFakeCloud({
      networks: [{ name: 'front', ipv4: '10.1', ipv6: 'fd00::' }, { name: 'back' }, { name: 'none', ipv4: false }],
    })
    const user = (username: string): Promise<{ token: string }> =>
      logIn(cloud.authUrl, { username, password: 'secret', projectName: username })
    demo = (await user('demo')).token
    admin = (await user('admin')).token
  })
  afterEach(() => cloud.close())

  async function ask(
    method: string,
    path: string,
    body?: object,
    token = demo,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${cloud.neutron.url}${path}`, {
      method,
      headers: { 'x-auth-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  const id = (name: string): string => cloud.neutron.network(name)?.id ?? ''
  const create = (port: object, token?: string): ReturnType<typeof ask> =>
    ask('POST', '/v2.0/ports', { port: { network_id: id('front'), ...port } }, token)

  it('gives every port one address of each subnet, none twice', async () => {
    const made = [await create({}), await create({ fixed_ips: [{ ip_address: '10.1.0.3' }] }), await create({})]
    expect(made.map(({ body }) => listAt(body, 'port', 'fixed_ips').map((one) => at(one, 'ip_address')))).toEqual([
      ['10.1.0.2', 'fd00::2'],
      ['10.1.0.3'],
      ['10.1.0.4', 'fd00::4'],
    ])
  })

  it('shows where a port is bound to administrators alone, and lets them alone say so', async () => {
    const { body } = await create({}, admin)
    const port = textAt(body, 'port', 'id') ?? ''
    const bound = { port: { 'binding:host_id': 'h1', 'binding:profile': { a: 1 } } }
    expect((await ask('PUT', `/v2.0/ports/${port}`, bound)).status).toBe(404)
    expect((await ask('PUT', `/v2.0/ports/${port}`, bound, admin)).body).toMatchObject({
      port: { 'binding:host_id': 'h1', 'binding:profile': { a: 1 } },
    })
    const mine = await create({})
    expect(Object.keys(at(mine.body, 'port') as object)).not.toContain('binding:host_id')
  })

  it('refuses a port over the quota, and any where no address is left', async () => {
    cloud.neutron.quota.port = 1
    expect((await create({})).status).toBe(201)
    expect((await create({})).body).toMatchObject({ NeutronError: { type: 'OverQuota' } })
    cloud.neutron.quota.port = Infinity
    cloud.neutron.noAddresses = true
    expect(await create({})).toMatchObject({
      status: 409,
      body: { NeutronError: { type: 'IpAddressGenerationFailure' } },
    })
    expect((await create({ network_id: id('none') })).status).toBe(201)
  })

  it("keeps a project's ports from another", async () => {
    const { body } = await create({})
    const path = `/v2.0/ports/${textAt(body, 'port', 'id')}`
    cloud.keystone.expireTokens()
    const { token } = await logIn(cloud.authUrl, { username: 'admin', password: 'secret', projectName: 'demo' })
    expect((await ask('GET', path, undefined, token)).status).toBe(200)
    expect((await ask('GET', path, undefined, demo)).status).toBe(401)
  })

  it('lists page by page', async () => {
    for (const name of ['a', 'b', 'c']) await create({ name })
    const seen: unknown[] = []
    let path: string | undefined = '/v2.0/ports?fields=name&fields=id&limit=2'
    while (path !== undefined) {
      const { body } = await ask('GET', path)
      seen.push(...listAt(body, 'ports').map((row) => at(row, 'name')))
      const next = listAt(body, 'ports_links').find((one) => at(one, 'rel') === 'next')
      path = textAt(next, 'href')?.slice(cloud.neutron.url.length)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('filters by tags: all of them, any of them, none of them', async () => {
    for (const tags of [['a', 'b'], ['b'], []]) {
      const { body } = await create({ name: tags.join('') || 'none' })
      await ask('PUT', `/v2.0/ports/${textAt(body, 'port', 'id')}/tags`, { tags })
    }
    const names = async (query: string): Promise<unknown[]> =>
      listAt((await ask('GET', `/v2.0/ports?fields=name&${query}`)).body, 'ports').map((row) => at(row, 'name'))
    expect(await names('tags=a,b')).toEqual(['ab'])
    expect(await names('tags-any=a,b')).toEqual(['ab', 'b'])
    expect(await names('not-tags=a,b')).toEqual(['b', 'none'])
    expect(await names('not-tags-any=a,b')).toEqual(['none'])
  })

  it('refuses by its own hand as over the wire', () => {
    expect(() => cloud.neutron.createPort({ networkId: 'x', projectId: 'y' })).toThrow(NeutronRefusal)
  })
})
