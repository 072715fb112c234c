import { createCompute, type Compute } from '@amphora/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { f5os } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeF5os, type FakeF5os, type FakeF5osOptions } from './fake-f5os.ts'
import { applianceAt, flavors, optionsFor } from './setting.ts'

vi.setConfig({ testTimeout: 60_000 })

const certificate = await makeCertificate()
const request = { type: 'HWLoadBalancer', imageId: 'standard', flavor: 'small' } as const
const TENANTS = '/restconf/data/f5-tenants:tenants'

type Drivers = { readonly box: ReturnType<typeof f5os> }

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function aBox(options: FakeF5osOptions = {}): Promise<FakeF5os> {
  const box = await createFakeF5os({ tls: certificate, ...options })
  open.push(() => box.close())
  return box
}

async function aCompute(box: FakeF5os, more: object = {}): Promise<Compute<Drivers>> {
  const appliances = { box: { ...applianceAt(box.server.url, certificate), ...more } }
  const compute = await createCompute({
    owner: 'tests',
    drivers: { box: f5os({ inventory: JSON.stringify({ appliances, flavors }) }) },
  })
  open.push(() => compute.close())
  return compute
}

async function allOf(compute: Compute<Drivers>): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of compute.list()) ids.push(id)
  return ids
}

describe('a token', () => {
  it('is asked for once by all who want one, with HTTP Basic, and shown with everything else', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    await Promise.all([1, 2, 3, 4, 5].map(() => compute.check()))
    expect(box.tokens.logins).toBe(1)
    for (const { path, headers } of box.server.requests()) {
      const isLogin = path.endsWith('/aaa')
      expect(headers.authorization === undefined).toBe(!isLogin)
      expect(headers['x-auth-token'] === undefined).toBe(isLogin)
    }
  })

  it('that has run out in the middle is replaced, and the request sent again', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    const id = await compute.build({ ...request, name: 'web' })
    box.tokens.expireAll()
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'active' })
    expect(box.tokens.logins).toBe(2)
  })

  it('is not asked for again at once where it was refused: good credentials are, too, in a hurry', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    box.tokens.setCap(0)
    for (const name of ['web', 'mail', 'shop']) {
      await expect(compute.getAmphora({ name, driver: 'box' })).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    expect(box.tokens.refusals).toBe(1)
  })
})

describe('a tenant', () => {
  it('gets an id once the box tells its unit key, and keeps it', async () => {
    const box = await aBox({ namelessLooks: 2 })
    const compute = await aCompute(box)
    const id = await compute.build({ ...request, name: 'web' })
    const { id: found } = await compute.getAmphora({ name: 'web', driver: 'box' })
    expect(found).toBe(id)
    expect(box.inventory().map((item) => `box/box:${item}`)).toEqual([id])
    const tenant = box.tenants.get('tests-web')
    if (tenant === undefined) throw new Error('a tenant is owed')
    tenant.namelessLooks = 1
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'active' })
    tenant.namelessLooks = 1
    expect(await allOf(compute)).toEqual([id])
  })

  it('of the same name has another id after it was deleted', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    const first = await compute.build({ ...request, name: 'web' })
    await compute.delete(first)
    await compute.waitFor(first, 'deleted')
    const second = await compute.build({ ...request, name: 'web' })
    expect(second).not.toBe(first)
    await expect(compute.status(first)).rejects.toMatchObject({ code: 'not-found' })
    await compute.delete(first)
    expect(box.inventory()).toHaveLength(1)
  })

  it('moves to another management address where another has taken the same one meanwhile', async () => {
    const box = await aBox()
    const management = { addresses: ['10.0.0.10-10.0.0.11'], prefixLength: 24, gateway: '10.0.0.1' }
    const computes = await Promise.all([aCompute(box, { management }), aCompute(box, { management })])
    for (let round = 0; round < 5; round += 1) {
      const ids = await Promise.all(computes.map((one, at) => one.build({ ...request, name: `web-${round}-${at}` })))
      const addresses = [...box.tenants.values()].map(({ config }) => config['mgmt-ip'])
      expect(new Set(addresses).size).toBe(2)
      await Promise.all(ids.map((id) => computes[0]?.delete(id)))
      await Promise.all(ids.map((id) => computes[0]?.waitFor(id, 'deleted')))
    }
  })

  it('is not made where no management address is free', async () => {
    const box = await aBox()
    const management = { addresses: ['10.0.0.10'], prefixLength: 24, gateway: '10.0.0.1' }
    const compute = await aCompute(box, { management })
    await compute.build({ ...request, name: 'web' })
    await expect(compute.build({ ...request, name: 'mail' })).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'f5os/no-address',
      outcome: 'not-created',
    })
  })

  it.each([
    ['missing', 'not-found', 'f5os/no-image'],
    ['coming', 'failed-precondition', 'f5os/image-not-ready'],
  ])('of an image that is %s is refused before anything is made', async (imageId, code, reason) => {
    const box = await aBox()
    const compute = await aCompute(box)
    const built = compute.build({ ...request, imageId, name: 'web' })
    await expect(built).rejects.toMatchObject({ code, reason, outcome: 'not-created' })
    expect(box.server.count(`POST ${TENANTS}`)).toBe(0)
  })

  it('on a VLAN that the box has not is refused by it, and nothing is left', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    const built = compute.build({ ...request, networkIds: ['far'], name: 'web' })
    await expect(built).rejects.toMatchObject({ code: 'invalid-argument', outcome: 'not-created' })
    expect(box.inventory()).toEqual([])
  })
})

describe('a box', () => {
  it('that has a tenant waiting for room is full, and is passed over', async () => {
    const box = await aBox({ slots: 1 })
    const compute = await aCompute(box)
    const first = await compute.build({ ...request, name: 'web' })
    const second = await compute.build({ ...request, name: 'mail' })
    await expect(compute.status(second)).resolves.toMatchObject({ state: 'error', reason: 'f5os/no-slots' })
    await expect(compute.build({ ...request, name: 'shop' })).rejects.toMatchObject({ code: 'resource-exhausted' })
    await compute.delete(first)
    await compute.waitFor(first, 'deleted')
    await expect(compute.waitFor(second, 'active')).resolves.toMatchObject({ status: { state: 'active' } })
  })

  it('whose size the inventory tells is full when that is used up', async () => {
    const box = await aBox()
    const compute = await aCompute(box, { settings: { vcpus: 3 } })
    await compute.build({ ...request, name: 'web' })
    await expect(compute.build({ ...request, name: 'mail' })).rejects.toMatchObject({
      code: 'resource-exhausted',
      outcome: 'not-created',
    })
    expect(box.inventory()).toHaveLength(1)
  })

  it('that has no tenants, such as the controller of a chassis, is no box of this kind', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    const errors = { 'ietf-restconf:errors': { error: [{ 'error-message': 'uri keypath not found' }] } }
    box.server.route(`GET ${TENANTS}`, () => ({ status: 404, json: errors }))
    const failure = { code: 'failed-precondition', reason: 'f5os/no-tenants' }
    await expect(compute.check()).resolves.toMatchObject([{ failure }])
  })

  it('whose web server answers in place of RESTCONF says nothing of its tenants', async () => {
    const box = await aBox()
    const compute = await aCompute(box)
    const id = await compute.build({ ...request, name: 'web' })
    const page = { status: 404, headers: { 'content-type': 'text/html' }, text: '<html>not found</html>' }
    box.server.route(`GET ${TENANTS}/{tenant}`, () => page)
    await expect(compute.status(id)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('may have its interface below a path of its own', async () => {
    const box = await aBox()
    const options = optionsFor(`${box.server.url}/restconf/data/`, certificate)
    const compute = await createCompute({ owner: 'tests', drivers: { box: f5os(options) } })
    open.push(() => compute.close())
    const [health] = await compute.check()
    expect(health).not.toHaveProperty('failure')
    expect(box.server.unexpected()).toEqual([])
  })
})

describe('an order', () => {
  it.each([
    [{ flavor: 'odd' }, 'vcpus is 1 or even'],
    [{ flavor: 'starved' }, 'memoryMiB is at least 7680 for 2 vcpus'],
    [{ flavor: 'broken' }, 'storageGiB is a whole number here'],
    [{ imageId: undefined }, 'imageId is needed'],
    [{ name: 'Web' }, 'matches'],
    [{ name: 'w'.repeat(60) }, 'at most 29 characters'],
  ])('with %j is refused before anything is sent', async (other, message) => {
    const box = await aBox()
    const odd = { odd: { vcpus: 3 }, starved: { vcpus: 2, memoryMiB: 4_096 }, broken: { storageGiB: 1.5 } }
    const appliances = { box: applianceAt(box.server.url, certificate) }
    const options = { inventory: JSON.stringify({ appliances, flavors: { ...flavors, ...odd } }) }
    const compute = await createCompute({ owner: 'tests', drivers: { box: f5os(options) } })
    open.push(() => compute.close())
    const { imageId, ...wanted } = { ...request, name: 'web', ...other }
    const built = compute.build(imageId === undefined ? wanted : { ...wanted, imageId })
    await expect(built).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(message),
    })
    expect(box.server.count(`POST ${TENANTS}`)).toBe(0)
  })
})
