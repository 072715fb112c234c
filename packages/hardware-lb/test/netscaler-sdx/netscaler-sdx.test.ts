import { createCompute, type Compute } from '@amphora/core'
import { own } from '@amphora/http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { netscalerSdx } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { API, createFakeSdx, SESSION_PREFIX, type FakeSdx, type FakeSdxOptions } from './fake-sdx.ts'
import { applianceAt, flavors, PASSWORD } from './setting.ts'

// Each test opens a box of its own and logs in over TLS, on machines that have other things to do as well.
vi.setConfig({ testTimeout: 30_000 })

const certificate = await makeCertificate()
const request = { type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard', networkIds: ['back', 'front'] } as const

type BoxCompute = Compute<{ readonly box: ReturnType<typeof netscalerSdx> }>

let fake: FakeSdx
let computes: BoxCompute[]

async function open(options: Partial<FakeSdxOptions> = {}, changes: object = {}): Promise<BoxCompute> {
  await fake?.close()
  fake = await createFakeSdx({ certificate, password: PASSWORD, ...options })
  const box = { ...applianceAt(fake.server.url, certificate), ...changes }
  return connect(JSON.stringify({ appliances: { box }, flavors }))
}

async function connect(inventory: string, owner = 'owner'): Promise<BoxCompute> {
  const compute = await createCompute({ owner, drivers: { box: netscalerSdx({ inventory }) } })
  computes.push(compute)
  return compute
}

function build(compute: BoxCompute, name: string): Promise<string> {
  return compute.build({ ...request, name })
}

beforeEach(() => void (computes = []))
afterEach(async () => {
  await Promise.all(computes.map((compute) => compute.close()))
  await fake.close()
})

describe.each(['as-200', 'as-4xx'] as const)('a box that tells failures %s', (failures) => {
  it('builds, suspends, resumes and deletes an instance', async () => {
    const compute = await open({ failures })
    const id = await build(compute, 'lb-one')
    expect(await compute.waitFor(id, 'active')).toMatchObject({
      imageId: 'standard',
      addresses: [{ family: 4, ip: expect.stringMatching(/^10\.0\.[01]\.\d+$/) }],
    })
    const [instance] = fake.instances.values()
    expect(instance?.config).toMatchObject({
      throughput: '500',
      netmask: '255.255.254.0',
      network_interfaces: [{ port_name: 'LA/1', vlan_whitelist_array: ['101', '102'] }],
    })
    await compute.suspend(id)
    expect(await compute.status(id)).toMatchObject({ state: 'suspended' })
    await compute.resume(id)
    await compute.waitFor(id, 'active')
    await compute.delete(id)
    expect(fake.inventory()).toEqual([])
    await compute.delete(id)
    expect(fake.server.unexpected()).toEqual([])
  })

  it('has no room', async () => {
    const compute = await open({ failures, room: 0 })
    await expect(build(compute, 'lb-one')).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'netscaler-sdx/no-room',
      outcome: 'not-created',
    })
  })

  it('has the address already, and is given another', async () => {
    const management = { addresses: ['10.0.0.10-10.0.0.12'], prefixLength: 24, gateway: '10.0.0.1' }
    const compute = await open({ failures }, { management })
    const box = { ...applianceAt(fake.server.url, certificate), management }
    const other = await connect(JSON.stringify({ appliances: { box }, flavors }), 'other')
    await Promise.all([build(compute, 'lb-one'), build(other, 'lb-one'), build(compute, 'lb-two')])
    const addresses = new Set([...fake.instances.values()].map(({ config }) => config['ip_address']))
    expect(addresses).toEqual(new Set(['10.0.0.10', '10.0.0.11', '10.0.0.12']))
  })
})

it('takes another address where somebody else has been faster', async () => {
  const compute = await open()
  const json = { errorcode: 10_001, message: 'IP Address 10.0.0.77 is already in use', severity: 'ERROR' }
  await fake.server.inject({ on: `POST ${API}/ns`, kind: 'status', status: 200, json, times: 1 })
  await build(compute, 'lb-one')
  const asked = fake.server.requests(`POST ${API}/ns`).map((one) => own(own(one.json(), 'ns'), 'ip_address'))
  expect(asked).toHaveLength(2)
  expect(new Set(asked).size).toBe(2)
})

it('tells an instance that could not be provisioned as an error that can be deleted', async () => {
  const compute = await open()
  fake.setFailing(true)
  const id = await build(compute, 'lb-one')
  await expect(compute.waitFor(id, 'active')).rejects.toMatchObject({ code: 'failed-precondition' })
  expect(await compute.status(id)).toMatchObject({ state: 'error', reason: 'netscaler-sdx/not-provisioned' })
  await compute.delete(id)
  expect(fake.inventory()).toEqual([])
})

describe('a success', () => {
  it('that does not say so is none', async () => {
    const compute = await open()
    const id = await build(compute, 'lb-one')
    await fake.server.inject({ on: `GET ${API}/ns/{id}`, kind: 'wrong-shape', json: { ns: [] }, times: 1 })
    await expect(compute.status(id, { timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'internal' })
  })

  it('may have no body where something is deleted', async () => {
    const compute = await open()
    const id = await build(compute, 'lb-one')
    await fake.server.inject({ on: `DELETE ${API}/ns/{id}`, kind: 'status', status: 204, act: true })
    await compute.delete(id)
    expect(fake.inventory()).toEqual([])
  })

  it('of another instance than was asked for is none', async () => {
    const compute = await open()
    const id = await build(compute, 'lb-one')
    const json = { errorcode: 0, message: 'Done', severity: 'NONE', ns: [{ id: 'another', name: 'lb-one' }] }
    await fake.server.inject({ on: `GET ${API}/ns/{id}`, kind: 'wrong-shape', json })
    await expect(compute.status(id, { timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('a session', () => {
  it('that has ended is replaced, and is given back in the end', async () => {
    const compute = await open()
    const id = await build(compute, 'lb-one')
    fake.book.expireAll()
    await compute.status(id)
    expect(fake.book.logins).toBe(2)
    await compute.close()
    expect(fake.book.live).toEqual([])
  })

  it('is shown as a cookie, and never beside a password', async () => {
    const compute = await open()
    await build(compute, 'lb-one')
    for (const { headers, template } of fake.server.requests()) {
      expect(headers).not.toHaveProperty('x-nitro-pass')
      expect(headers.cookie?.startsWith(`NITRO_AUTH_TOKEN=${SESSION_PREFIX}`) ?? false).toBe(
        template !== `POST ${API}/login`,
      )
    }
  })

  it('with a bad password is unauthenticated, and shows neither password nor session', async () => {
    const compute = await open({ password: 'another' })
    const error: unknown = await build(compute, 'lb-one').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'not-created' })
    expect(JSON.stringify(error)).not.toMatch(new RegExp(`${PASSWORD}|${SESSION_PREFIX}`))
  })
})

describe('an order that cannot be built', () => {
  const { imageId: _, ...imageless } = request
  it.each([
    ['without an image', imageless, {}, /imageId is needed/],
    ['with networks and no port for them', request, { settings: { profileName: 'tenants' } }, /dataPort/],
    ['without an address to be managed at', request, { management: undefined }, /management/],
    ['with less memory than an instance starts with', { ...request, flavor: 'tiny' }, {}, /at least 2048/],
    ['with half a processor', { ...request, flavor: 'half' }, {}, /whole number/],
  ])('%s is refused before anything is changed', async (_title, order, changes, message) => {
    await open()
    const box = { ...applianceAt(fake.server.url, certificate), ...changes }
    const sizes = { ...flavors, tiny: { memoryMiB: 1_024 }, half: { vcpus: 0.5 } }
    const compute = await connect(JSON.stringify({ appliances: { box }, flavors: sizes }))
    await expect(compute.build({ ...order, name: 'lb-one' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    })
    expect(fake.server.count(`POST ${API}/ns`)).toBe(0)
  })
})

it('speaks the version of the interface that the inventory names', async () => {
  const compute = await open({}, { settings: { profileName: 'tenants', dataPort: 'LA/1', apiVersion: 'v2' } })
  await compute.check()
  expect(fake.server.requests().map(({ path }) => path)).toEqual(['/nitro/v2/config/login'])
})

it('tells its version', async () => {
  const compute = await open()
  expect((await compute.check())[0]).toMatchObject({ version: '13.1-48.47' })
})
