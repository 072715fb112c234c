import { at, listAt, logIn, textAt } from '@amphora/fake-openstack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeNova, isAction, type FakeNova, type FakeNovaOptions } from './fake-nova.ts'

describe('The fake Nova', () => {
  let now: number
  let nova: FakeNova
  let token: string

  beforeEach(() => open())
  afterEach(() => nova.close())

  async function open(options: FakeNovaOptions = {}): Promise<void> {
    now = Date.parse('2026-01-01T00:00:00Z')
    nova = await createFakeNova({
      clock: { now: () => now, sleep: async (ms) => void (now += ms) },
      buildMs: 100,
      deleteMs: 100,
      actionMs: 100,
      ...options,
    })
    token = (await logIn(nova.authUrl, { username: 'demo', password: 'secret', projectName: 'demo' })).token
  }

  async function reopen(options: FakeNovaOptions): Promise<void> {
    await nova.close()
    await open(options)
  }

  interface Answer {
    readonly status: number
    readonly body: unknown
  }

  async function ask(method: string, path: string, body?: object, version = '2.79'): Promise<Answer> {
    const response = await fetch(`${nova.url}${path}`, {
      method,
      headers: { 'x-auth-token': token, 'openstack-api-version': `compute ${version}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  async function create(more: object = {}, hints: object = {}): Promise<string> {
    const [image] = nova.glance.images.keys()
    const flavor = [...nova.compute.flavors.values()].find(({ name }) => name === 'm1.tiny')
    const networks = [{ uuid: nova.neutron.network('net1')?.id }]
    const server = { name: 'web', flavorRef: flavor?.id, imageRef: image, networks, ...more }
    const { body } = await ask('POST', '/servers', { server, 'os:scheduler_hints': hints })
    return textAt(body, 'server', 'id') ?? JSON.stringify(body)
  }

  const show = async (id: string): Promise<unknown> => at((await ask('GET', `/servers/${id}`)).body, 'server')
  const status = async (id: string): Promise<string | undefined> => textAt(await show(id), 'status')
  const act = (id: string, action: string): Promise<Answer> => ask('POST', `/servers/${id}/action`, { [action]: null })

  it('builds in its own time, and gives each network a port', async () => {
    const id = await create()
    expect(await show(id)).toMatchObject({ status: 'BUILD', 'OS-EXT-STS:task_state': 'spawning' })
    now += 99
    expect(await status(id)).toBe('BUILD')
    now += 1
    expect(await show(id)).toMatchObject({
      status: 'ACTIVE',
      addresses: { net1: [{ version: 4, addr: '10.10.0.2' }] },
    })
    expect(nova.inventory()).toEqual([`server ${id} web`, expect.stringContaining(`of ${id}`)])
  })

  it('keeps what lies in it: files, user data, key', async () => {
    const personality = [{ path: '/etc/a', contents: Buffer.from('x').toString('base64') }]
    const more = { personality, user_data: Buffer.from('#!/bin/sh').toString('base64'), key_name: 'key1' }
    const [image] = nova.glance.images.keys()
    const [flavor] = nova.compute.flavors.keys()
    const networks = [{ uuid: nova.neutron.network('net1')?.id }]
    const server = { name: 'web', flavorRef: flavor, imageRef: image, networks, ...more }
    expect((await ask('POST', '/servers', { server }, '2.56')).status).toBe(202)
    const made = nova.named('web')
    expect(Buffer.from(made?.files.get('/etc/a') ?? []).toString()).toBe('x')
    expect(Buffer.from(made?.userData ?? []).toString()).toBe('#!/bin/sh')
    expect(made?.order.keyName).toBe('key1')
  })

  it('takes a server away with the port that it made, and gives back the one that it was given', async () => {
    const port = nova.neutron.createPort({
      networkId: nova.neutron.network('shared1')?.id ?? '',
      projectId: nova.keystone.projectId('demo'),
    })
    const id = await create({ networks: [{ uuid: nova.neutron.network('net1')?.id }, { port: port.id }] })
    await nova.settle()
    expect(nova.neutron.portsOf(id)).toHaveLength(2)
    expect((await ask('DELETE', `/servers/${id}`)).status).toBe(204)
    expect(await show(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': 'deleting' })
    await nova.settle()
    expect((await ask('GET', `/servers/${id}`)).status).toBe(404)
    expect(nova.neutron.ports().map((one) => [one.id, one.settings.deviceId])).toEqual([[port.id, '']])
  })

  it.each([
    ['suspend', 'SUSPENDED', 'resume'],
    ['pause', 'PAUSED', 'unpause'],
    ['os-stop', 'SHUTOFF', 'os-start'],
  ])('%s ends in %s, and %s in ACTIVE', async (action, word, back) => {
    const id = await create()
    await nova.settle()
    expect((await act(id, back)).status).toBe(409)
    expect((await act(id, action)).status).toBe(202)
    expect((await act(id, action)).status).toBe(409)
    await nova.settle()
    expect(await status(id)).toBe(word)
    await act(id, back)
    await nova.settle()
    expect(await status(id)).toBe('ACTIVE')
  })

  it.each(
    ['ACTIVE', 'REBOOT', 'HARD_REBOOT', 'PASSWORD', 'REBUILD', 'MIGRATING', 'RESIZE', 'VERIFY_RESIZE', 'RESCUE'].concat(
      ['REVERT_RESIZE', 'BUILD', 'SHUTOFF', 'PAUSED', 'SUSPENDED', 'ERROR', 'SHELVED', 'SHELVED_OFFLOADED', 'NEW_WORD'],
    ),
  )('reads %s where that is forced, until a verb changes it', async (word) => {
    const id = await create()
    const instance = nova.named('web')
    if (instance === undefined) throw new Error('there is no server')
    nova.force(instance, word)
    await nova.settle()
    expect(await status(id)).toBe(word)
    expect((await ask('DELETE', `/servers/${id}`)).status).toBe(204)
    await nova.settle()
    expect((await ask('GET', `/servers/${id}`)).status).toBe(404)
  })

  it('shows a record whose cell does not answer with almost no keys, from 2.69 on', async () => {
    const id = await create()
    const instance = nova.named('web')
    if (instance !== undefined) nova.force(instance, 'UNKNOWN')
    const row = listAt((await ask('GET', '/servers/detail')).body, 'servers')[0]
    expect(Object.keys(row as object)).toEqual(['id', 'status', 'tenant_id', 'created', 'links'])
    expect(await show(id)).not.toHaveProperty('name')
    expect((await ask('GET', `/servers/${id}`, undefined, '2.68')).body).toMatchObject({ server: { name: 'web' } })
  })

  it('ends builds in ERROR where no host has room', async () => {
    nova.noCapacity = true
    const id = await create()
    expect(await show(id)).toMatchObject({
      status: 'ERROR',
      fault: { code: 500, message: 'No valid host was found. ' },
    })
    expect(nova.neutron.portsOf(id)).toEqual([])
    nova.noCapacity = false
    const other = await create()
    await nova.settle()
    expect(await status(other)).toBe('ACTIVE')
  })

  it('holds what is accepted until it is let go', async () => {
    const hold = nova.holdBuilds()
    const id = await create()
    await nova.settle()
    now += 60_000
    expect(await status(id)).toBe('BUILD')
    hold[Symbol.dispose]()
    await nova.settle()
    expect(await status(id)).toBe('ACTIVE')
    const updated = Date.parse(textAt(await show(id), 'updated') ?? '')
    expect(updated).toBeGreaterThanOrEqual(Date.parse('2026-01-01T00:01:00Z'))
  })

  it.each([
    ['anti-affinity', ['ACTIVE', 'ACTIVE', 'ERROR'], 2],
    ['affinity', ['ACTIVE', 'ACTIVE', 'ACTIVE'], 1],
    ['soft-anti-affinity', ['ACTIVE', 'ACTIVE', 'ACTIVE'], 2],
    ['soft-affinity', ['ACTIVE', 'ACTIVE', 'ACTIVE'], 1],
  ])('a group with the policy %s places its members so', async (policy, words, hosts) => {
    const { body } = await ask('POST', '/os-server-groups', { server_group: { name: 'g', policy } })
    const group = textAt(body, 'server_group', 'id')
    const ids: string[] = []
    for (const _ of words) ids.push(await create({}, { group }))
    await nova.settle()
    expect(await Promise.all(ids.map(status))).toEqual(words)
    const used = new Set(nova.servers().flatMap(({ host }) => host?.name ?? []))
    expect(used.size).toBe(hosts)
    const shown = await ask('GET', `/os-server-groups/${group}`)
    expect(at(shown.body, 'server_group', 'members')).toEqual(ids)
    expect(nova.inventory()).toContain(`server group ${group} g`)
  })

  it('lists page by page, the newest first; what is deleted is a marker until it is archived', async () => {
    await reopen({ maxLimit: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) nova.plant(name)
    const names: (string | undefined)[] = []
    let path: string | undefined = '/servers/detail'
    while (path !== undefined) {
      const { body } = await ask('GET', path)
      names.push(...listAt(body, 'servers').map((row) => textAt(row, 'name')))
      path = textAt(listAt(body, 'servers_links')[0], 'href')?.slice(nova.url.length)
    }
    expect(names).toEqual(['e', 'd', 'c', 'b', 'a'])
    const gone = nova.named('c')
    if (gone !== undefined) nova.remove(gone)
    const after = await ask('GET', `/servers/detail?marker=${gone?.id}`)
    expect(listAt(after.body, 'servers').map((row) => textAt(row, 'name'))).toEqual(['b', 'a'])
    if (gone !== undefined) nova.archive(gone)
    expect(await ask('GET', `/servers/detail?marker=${gone?.id}`)).toMatchObject({
      status: 400,
      body: { badRequest: { message: `marker [${gone?.id}] not found` } },
    })
  })

  it('finds by a pattern that is not anchored, and by tags', async () => {
    for (const name of ['web', 'web-1', 'the web']) nova.plant(name, { tags: [name] })
    const names = async (query: string): Promise<(string | undefined)[]> =>
      listAt((await ask('GET', `/servers/detail?${query}`)).body, 'servers').map((row) => textAt(row, 'name'))
    expect(await names('name=web')).toEqual(['the web', 'web-1', 'web'])
    expect(await names('name=^web$')).toEqual(['web'])
    expect(await names('tags=web-1')).toEqual(['web-1'])
    expect(await names('tags-any=web,web-1')).toEqual(['web-1', 'web'])
    expect(await names('not-tags-any=web,web-1')).toEqual(['the web'])
  })

  it('lists what changed since, and what was deleted since without its metadata and tags', async () => {
    nova.plant('old')
    now += 60_000
    const since = new Date(now).toISOString()
    const gone = nova.plant('gone', { metadata: { a: 'b' }, tags: ['t'], description: 'd' })
    nova.plant('new')
    nova.remove(gone)
    const { body } = await ask('GET', `/servers/detail?changes-since=${since}`)
    expect(listAt(body, 'servers')).toMatchObject([
      { name: 'new', status: 'ACTIVE' },
      { name: 'gone', status: 'DELETED', metadata: {}, tags: [], description: 'd' },
    ])
  })

  it('keeps what is deleted until it is deleted by force, where the cloud does', async () => {
    await reopen({ softDelete: true })
    const id = await create()
    await nova.settle()
    await ask('DELETE', `/servers/${id}`)
    await nova.settle()
    expect(await status(id)).toBe('SOFT_DELETED')
    await act(id, 'forceDelete')
    await nova.settle()
    expect((await ask('GET', `/servers/${id}`)).status).toBe(404)
  })

  it("knows nothing of another project's server", async () => {
    const other = nova.plant('other', { project: 'admin' })
    expect((await ask('GET', `/servers/${other.id}`)).status).toBe(404)
    expect(listAt((await ask('GET', '/servers')).body, 'servers')).toEqual([])
  })

  it('answers under a project in the path, as older clouds want it', async () => {
    await reopen({ projectInUrl: true })
    expect(nova.url).toMatch(/\/v2\.1\/[0-9a-f]{32}$/)
    expect((await ask('GET', '/servers')).status).toBe(200)
  })

  it('has no microversion over its maximum', async () => {
    await reopen({ maximum: 1 })
    expect((await ask('GET', '/servers', undefined, '2.1')).status).toBe(200)
    expect((await ask('GET', '/servers', undefined, '2.2')).status).toBe(406)
  })

  it('goes wrong where it is told to, one action apart from the others', async () => {
    const id = await create()
    await nova.settle()
    const injection = await nova.server.inject({ kind: 'status', status: 503, on: isAction('resume') })
    expect((await act(id, 'suspend')).status).toBe(202)
    await nova.settle()
    expect((await act(id, 'resume')).status).toBe(503)
    expect(injection.hits).toBe(1)
  })

  it('tells the time by its own clock', async () => {
    const response = await fetch(`${nova.url}/servers`, { headers: { 'x-auth-token': token } })
    expect(response.headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
  })

  it('counts the requests at all four services', async () => {
    const before = nova.requests()
    await ask('GET', '/servers')
    await fetch(`${nova.glance.url}/`)
    await fetch(`${nova.neutron.url}/`)
    await fetch(`${nova.keystone.url}/`)
    expect(nova.requests()).toBe(before + 4)
  })
})
