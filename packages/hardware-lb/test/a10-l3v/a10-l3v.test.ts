import { createCompute, type Compute } from '@amphora/core'
import { own } from '@amphora/http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { a10L3v } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeA10, SIGNATURE_PREFIX, type FakeA10, type FakeA10Options } from './fake-a10.ts'
import { optionsFor, PASSWORD } from './setting.ts'

// Each test opens a box of its own and logs in over TLS, on machines that have other things to do as well.
vi.setConfig({ testTimeout: 30_000 })

const certificate = await makeCertificate()
const API = '/axapi/v3'
const OWNER = 'owner'

type BoxCompute = Compute<{ readonly box: ReturnType<typeof a10L3v> }>

let fake: FakeA10
let computes: BoxCompute[]

async function open(options: Partial<FakeA10Options> = {}): Promise<BoxCompute> {
  await fake?.close()
  fake = await createFakeA10({ certificate, password: PASSWORD, ...options })
  return connect()
}

async function connect(): Promise<BoxCompute> {
  const compute = await createCompute({
    owner: OWNER,
    drivers: { box: a10L3v(optionsFor(fake.server.url, certificate)) },
  })
  computes.push(compute)
  return compute
}

async function built(compute: BoxCompute, name: string): Promise<string> {
  const id = await compute.build({ name, type: 'HWLoadBalancer' })
  await compute.waitFor(id, 'active')
  return id
}

beforeEach(() => void (computes = []))
afterEach(async () => {
  await Promise.all(computes.map((compute) => compute.close()))
  await fake.close()
})

describe.each(['as-200', 'as-4xx'] as const)('a box that tells failures %s', (failures) => {
  it('builds, tells and deletes a partition', async () => {
    const compute = await open({ failures })
    const id = await built(compute, 'lb-one')
    expect(id).toMatch(/^box\/box:lb-one~1?\d*:[a-z0-9]{8}$/)
    expect(fake.partitions.get('lb-one')?.config).toMatchObject({
      'application-type': 'adc',
      template: { 'resource-accounting': 'tenants' },
    })
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
    expect(fake.inventory()).toEqual([])
    expect(fake.server.unexpected()).toEqual([])
  })

  it('is full when there is no id left', async () => {
    const compute = await open({ failures, maxId: 1 })
    await built(compute, 'lb-one')
    await expect(compute.build({ name: 'lb-two', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'a10-l3v/no-id',
      outcome: 'not-created',
    })
  })

  it('takes one id for each of two names that are built at once', async () => {
    const compute = await open({ failures, maxId: 12 })
    const other = await connect()
    const names = Array.from({ length: 12 }, (_, at) => `lb-${at}`)
    await Promise.all(names.map((name, at) => built(at % 2 === 0 ? compute : other, name)))
    expect(new Set([...fake.partitions.values()].map(({ id }) => id)).size).toBe(12)
  })
})

it('takes another id where somebody else has been faster', async () => {
  const compute = await open()
  const err = { code: 754974733, from: 'CM', msg: 'Partition id already exists' }
  const json = { response: { status: 'fail', err } }
  await fake.server.inject({ on: `POST ${API}/partition`, kind: 'status', status: 200, json, times: 1 })
  await built(compute, 'lb-one')
  const asked = fake.server
    .requests(`POST ${API}/partition`)
    .map((request) => own(own(request.json(), 'partition'), 'id'))
  expect(asked).toHaveLength(2)
  expect(new Set(asked).size).toBe(2)
})

describe('what is saved', () => {
  it('is there after a restart, and what was deleted is not', async () => {
    const compute = await open()
    const kept = await built(compute, 'kept')
    const gone = await built(compute, 'gone')
    await compute.delete(gone)
    fake.restart()
    expect(await compute.status(kept)).toMatchObject({ state: 'active' })
    await expect(compute.status(gone)).rejects.toMatchObject({ code: 'not-found' })
    expect(fake.inventory()).toHaveLength(1)
  })

  it('is saved by a build that is repeated, where the first could not', async () => {
    const compute = await open()
    const fault = await fake.server.inject({ on: `POST ${API}/write/memory`, kind: 'reset-before' })
    await expect(compute.build({ name: 'lb-one', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      outcome: 'in-doubt',
    })
    await fault.dispose()
    const id = await built(compute, 'lb-one')
    fake.restart()
    expect(await compute.status(id)).toMatchObject({ state: 'active' })
  })

  it('is waited for while the configuration manager is busy', async () => {
    const compute = await open()
    fake.setBusy(2)
    await built(compute, 'lb-one')
    expect(fake.server.count(`POST ${API}/partition`)).toBeGreaterThan(1)
  })
})

describe('a deletion that was cut in the middle', () => {
  it('is finished when it is repeated', async () => {
    const compute = await open()
    const id = await built(compute, 'lb-one')
    fake.setErasing(false)
    await expect(compute.delete(id)).rejects.toMatchObject({ code: 'conflict' })
    expect(fake.inventory().join()).toMatch(/unloaded/)
    fake.setErasing(true)
    await compute.delete(id)
    expect(fake.inventory()).toEqual([])
  })

  it('leaves what has the name by now alone', async () => {
    const compute = await open({ maxId: 1 })
    const first = await built(compute, 'lb-one')
    await compute.delete(first)
    const second = await built(compute, 'lb-one')
    await compute.delete(first)
    fake.force('lb-one', 'Not-Active')
    await compute.delete(first)
    fake.force('lb-one', 'Active')
    expect(await compute.status(second)).toMatchObject({ state: 'active' })
  })

  it('keeps the name until then, and says so', async () => {
    const compute = await open()
    const id = await built(compute, 'lb-one')
    fake.setErasing(false)
    await compute.delete(id).catch(() => {})
    await expect(compute.build({ name: 'lb-one', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      code: 'conflict',
      outcome: 'not-created',
    })
  })
})

describe('a session', () => {
  it('that has ended is replaced, and is given back in the end', async () => {
    const compute = await open()
    const id = await built(compute, 'lb-one')
    fake.book.expireAll()
    expect(await compute.status(id)).toMatchObject({ state: 'active' })
    expect(fake.book.logins).toBe(2)
    expect(fake.book.live).toHaveLength(1)
    await compute.close()
    expect(fake.book.live).toEqual([])
  })

  it('is one for a controller, however much it does at once', async () => {
    const compute = await open()
    await Promise.all(Array.from({ length: 5 }, (_, at) => built(compute, `lb-${at}`)))
    expect(fake.book.logins).toBe(1)
  })

  it('that is one too many is no matter of the password', async () => {
    const compute = await open({ sessionLimit: 0 })
    await expect(compute.build({ name: 'lb-one', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'a10-l3v/session-limit',
      outcome: 'not-created',
    })
  })

  it('with a bad password is unauthenticated, and shows neither password nor signature', async () => {
    const compute = await open({ password: 'another' })
    const error: unknown = await compute
      .build({ name: 'lb-one', type: 'HWLoadBalancer' })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unauthenticated', reason: 'a10-l3v/bad-login', outcome: 'not-created' })
    expect(JSON.stringify(error)).not.toMatch(new RegExp(`${PASSWORD}|${SIGNATURE_PREFIX}`))
  })
})

describe('a name', () => {
  it('has 14 characters at most', async () => {
    const compute = await open()
    await built(compute, 'abcdefghijklmn')
    const sent = fake.server.count()
    await expect(compute.build({ name: 'abcdefghijklmno', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(fake.server.count()).toBe(sent)
  })

  it('is not that of the shared partition', async () => {
    const compute = await open()
    await expect(compute.build({ name: 'shared', type: 'HWLoadBalancer' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(fake.server.count(`POST ${API}/partition`)).toBe(0)
  })
})

it('tells its version', async () => {
  const compute = await open()
  expect((await compute.check())[0]).toMatchObject({ version: '5.2.1-p4' })
})

it('does not take a list without its own word for one that is empty', async () => {
  const compute = await open()
  await built(compute, 'lb-one')
  await fake.server.inject({ on: `GET ${API}/partition`, kind: 'wrong-shape', json: {} })
  const all = async (): Promise<void> => {
    for await (const _ of compute.list());
  }
  await expect(all()).rejects.toMatchObject({ code: 'internal' })
})
