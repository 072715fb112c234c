import { createCompute, type Compute } from '@amphora/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bigipVcmp } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeVcmp, type FakeVcmp, type FakeVcmpOptions } from './fake-vcmp.ts'
import { optionsFor } from './setting.ts'

vi.setConfig({ testTimeout: 60_000 })

const certificate = await makeCertificate()
const request = { type: 'HWLoadBalancer', imageId: 'standard', flavor: 'small' } as const
const GUESTS = '/mgmt/tm/vcmp/guest'
const LOGIN = 'POST /mgmt/shared/authn/login'

type Drivers = { readonly box: ReturnType<typeof bigipVcmp> }

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function aHost(options: FakeVcmpOptions = {}): Promise<FakeVcmp> {
  const host = await createFakeVcmp({ tls: certificate, ...options })
  open.push(() => host.close())
  return host
}

async function aCompute(host: FakeVcmp, more: Readonly<Record<string, unknown>> = {}): Promise<Compute<Drivers>> {
  const compute = await createCompute({
    owner: 'tests',
    drivers: { box: bigipVcmp(optionsFor(host.server.url, certificate, more)) },
  })
  open.push(() => compute.close())
  return compute
}

describe('a token', () => {
  it('is got once by all who want one, and given back at the end', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    await Promise.all([1, 2, 3, 4, 5].map(() => compute.check()))
    expect(host.server.count(LOGIN)).toBe(1)
    expect(host.tokens.live).toHaveLength(1)
    await compute.close()
    expect(host.tokens.live).toEqual([])
  })

  it('that has run out in the middle is replaced, and the request sent again', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    host.tokens.expireAll()
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'active' })
    expect(host.tokens.logins).toBe(2)
  })

  it('that a user has too many of is no lack of room: nothing is tried elsewhere, and it passes', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    host.tokens.setCap(0)
    const built = compute.build({ ...request, name: 'web' }, { timeoutMs: 2_000 })
    await expect(built).rejects.toMatchObject({ outcome: 'not-created' })
    await expect(compute.getAmphora({ name: 'web', driver: 'box' }, { timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'bigip-vcmp/too-many-tokens',
    })
    host.tokens.setCap(100)
    await expect(compute.build({ ...request, name: 'web' })).resolves.toBeDefined()
  })
})

describe('what was changed', () => {
  it('is saved, or it would be gone when the host starts again', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    expect(host.isSaved).toBe(true)
    await compute.suspend(id)
    expect(host.isSaved).toBe(true)
    await compute.waitFor(id, 'suspended')
    await compute.resume(id)
    expect(host.isSaved).toBe(true)
    await compute.delete(id)
    expect(host.isSaved).toBe(true)
  })

  it('is taken back where it cannot be saved', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    let refusals = 1
    host.server.route('POST /mgmt/tm/sys/config', () => {
      refusals -= 1
      if (refusals >= 0) return { status: 400, json: { code: 400, message: 'the disk is full' } }
      return { json: { kind: 'tm:sys:config:savestate' } }
    })
    await expect(compute.build({ ...request, name: 'web' })).rejects.toMatchObject({ outcome: 'not-created' })
    expect(host.inventory()).toEqual([])
  })
})

describe('a virtual disk', () => {
  it('goes with its guest, though it is in use for a while', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    expect([...host.disks.keys()]).toEqual(['web.img/1'])
    await compute.delete(id)
    expect(host.inventory()).toEqual([])
  })

  it('that an interrupted delete has left goes when the delete is repeated', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    const disks = await host.server.inject({ on: 'GET /mgmt/tm/vcmp/virtual-disk', kind: 'status', status: 400 })
    await expect(compute.delete(id)).rejects.toMatchObject({ code: 'invalid-argument' })
    await disks[Symbol.asyncDispose]()
    expect(host.inventory()).toEqual(['disk web.img/1'])
    await compute.delete(id)
    expect(host.inventory()).toEqual([])
    expect(host.isSaved).toBe(true)
  })

  it('of a later guest of the name is left alone', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    const first = await compute.build({ ...request, name: 'web' })
    await compute.delete(first)
    const second = await compute.build({ ...request, name: 'web' })
    await compute.delete(first)
    expect(host.inventory()).toContain('disk web.img/1')
    await expect(compute.status(second)).resolves.toBeDefined()
  })

  it('that somebody else has left is not what a guest starts from, and those of other names stay', async () => {
    const host = await aHost()
    const compute = await aCompute(host)
    for (const name of ['web.img/1', 'web.img/2', 'web.img2', 'mail.img/1']) host.disks.set(name, 0)
    await compute.build({ ...request, name: 'web' })
    expect([...host.disks.keys()].sort()).toEqual(['mail.img/1', 'web.img/1', 'web.img2'])
    expect(host.server.count('DELETE /mgmt/tm/vcmp/virtual-disk/{name}')).toBe(2)
  })
})

describe('a guest', () => {
  it('moves to another management address where another has taken the same one meanwhile', async () => {
    const host = await aHost()
    const management = { addresses: ['10.0.0.10-10.0.0.11'], prefixLength: 24, gateway: '10.0.0.1' }
    const computes = await Promise.all([aCompute(host, { management }), aCompute(host, { management })])
    for (let round = 0; round < 4; round += 1) {
      const ids = await Promise.all(computes.map((one, at) => one.build({ ...request, name: `web-${round}-${at}` })))
      const addresses = [...host.guests.values()].map(({ config }) => config['managementIp'])
      expect(new Set(addresses).size).toBe(2)
      await Promise.all(ids.map((id) => computes[0]?.delete(id)))
    }
  })

  it('has no address where the inventory has none', async () => {
    const host = await aHost()
    const compute = await aCompute(host, { management: undefined })
    const id = await compute.build({ ...request, name: 'web' })
    await expect(compute.getAmphora({ id })).resolves.toMatchObject({ addresses: [] })
    expect(host.guests.get('web')?.config['managementNetwork']).toBe('isolated')
  })

  it.each([
    [{ imageId: 'missing' }, 'not-found', 'bigip-vcmp/no-image'],
    [{ networkIds: ['front', 'far'] }, 'failed-precondition', 'bigip-vcmp/no-vlan'],
  ])('with %j, which the host has not, is refused before anything is made', async (other, code, reason) => {
    const host = await aHost()
    const compute = await aCompute(host)
    const built = compute.build({ ...request, name: 'web', ...other })
    await expect(built).rejects.toMatchObject({ code, reason, outcome: 'not-created' })
    expect(host.server.count(`POST ${GUESTS}`)).toBe(0)
  })

  it('that there is no room for is refused, and nothing is left', async () => {
    const host = await aHost({ cores: 3 })
    const compute = await aCompute(host)
    await compute.build({ ...request, name: 'web' })
    await expect(compute.build({ ...request, name: 'mail' })).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'bigip-vcmp/no-room',
      outcome: 'not-created',
    })
    expect(host.inventory()).toHaveLength(2)
  })

  it('is active once three looks agree, where the host does not say that it is done', async () => {
    const flapping: string[] = []
    const host = await aHost({ isSilentOnCompletion: true, flapping })
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    flapping.push('running', 'starting')
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'building' })
    flapping.push('running', 'running', 'starting')
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'building' })
    flapping.push('running', 'running', 'running')
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'active' })
    expect(flapping).toEqual([])
  })
})

describe('the mark of a guest', () => {
  it.each(['dropped', 'refused'] as const)(
    'in a description that is %s fails the build, and says what to do',
    async (how) => {
      const host = await aHost({ descriptions: how })
      const compute = await aCompute(host)
      const error = await compute.build({ ...request, name: 'web' }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'failed-precondition',
        outcome: 'not-created',
        message: expect.stringContaining('markField'),
      })
      expect(host.inventory()).toEqual([])
    },
  )

  it('may be its host name, by which it is found, kept from others, and deleted', async () => {
    const host = await aHost({ descriptions: 'refused' })
    const compute = await aCompute(host, { settings: { markField: 'hostname' } })
    const id = await compute.build({ ...request, name: 'web' })
    expect(await compute.build({ ...request, name: 'web' })).toBe(id)
    expect(host.guests.get('web')?.config['hostname']).toMatch(/^amphora\.tests\.[0-9a-f]{16}\.[a-z0-9]{8}$/)
    host.plant('mail')
    await expect(compute.build({ ...request, name: 'mail' })).rejects.toMatchObject({ code: 'already-exists' })
    await compute.delete(id)
    expect(host.guests.has('web')).toBe(false)
  })
})

describe('a host', () => {
  it.each([
    ['whose REST service is starting', { status: 404, json: { code: 404, message: 'Public URI path not registered' } }],
    ['whose web server answers alone', { status: 404, headers: { 'content-type': 'text/html' }, text: '<html>' }],
  ])('%s says nothing of its guests', async (_how, answer) => {
    const host = await aHost()
    const compute = await aCompute(host)
    const id = await compute.build({ ...request, name: 'web' })
    host.server.route(`GET ${GUESTS}/{name}`, () => answer)
    await expect(compute.status(id, { timeoutMs: 2_000 })).rejects.toMatchObject({ code: 'unavailable' })
  })
})
