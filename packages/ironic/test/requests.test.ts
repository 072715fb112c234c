import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { NETWORK, NETWORK2, testOrder } from './call.ts'
import { all, bench, clear, fakeCloud, optionsFor, connectDriver, trail, type Bench } from './driver.ts'
import { gateTo } from './gate.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  open = await bench(...options)
  await open.driver.check(testCall())
  clear(open.fake)
  return open
}

/** What a call costs: requests at Ironic, at Neutron and at Glance. */
async function cost(made: Bench, work: () => Promise<unknown>): Promise<readonly [number, number, number]> {
  const { fake } = made
  await fake.settle()
  clear(fake)
  await work()
  return [fake.server.count(), fake.neutron.server.count(), fake.glance.server.count()]
}

function port({ fake }: Bench): string {
  return fake.neutron.createPort({ networkId: NETWORK, projectId: fake.keystone.projectId('admin') }).id
}

describe('requests at the sockets of Ironic, Neutron and Glance', () => {
  it('are 5 for a build, 1 more for each network and port, and 2 at Neutron for each network', async () => {
    const made = await start()
    const { driver } = made
    const build = (changes: Parameters<typeof testOrder>[0]) => () => driver.build(testOrder(changes), testCall())
    const named = port(made)
    expect(await cost(made, build({ name: 'a' }))).toEqual([5, 0, 0])
    expect(await cost(made, build({ name: 'b', networkIds: [NETWORK] }))).toEqual([6, 2, 0])
    expect(await cost(made, build({ name: 'c', networkIds: [NETWORK, NETWORK2], portIds: [named] }))).toEqual([8, 4, 0])
    expect(await cost(made, build({ name: 'd', keys: ['ssh-ed25519 AAAA'], userData: Buffer.from('x') }))).toEqual([
      5, 0, 0,
    ])
  })

  it('are 1 more for each further look at a reservation that is not decided', async () => {
    const made = await start({}, { allocateMs: 120 })
    const [asked] = await cost(made, () => made.driver.build(testOrder(), testCall()))
    const looks = trail(made.fake).filter((route) => route === 'GET /v1/allocations/{ident}').length
    expect(looks).toBeGreaterThan(1)
    expect(asked).toBe(4 + looks)
  })

  it('are 3 for the same build again, and 4 where there is no free node for another', async () => {
    const made = await start({}, { nodes: [{ name: 'only' }] })
    const { driver } = made
    await driver.build(testOrder(), testCall())
    expect(await cost(made, () => driver.build(testOrder(), testCall()))).toEqual([3, 0, 0])
    const another = () => driver.build(testOrder({ name: 'web-2' }), testCall()).catch(() => undefined)
    expect(await cost(made, another)).toEqual([4, 0, 0])
    expect(trail(made.fake)).toEqual([
      'POST /v1/allocations',
      'GET /v1/allocations/{ident}',
      'DELETE /v1/allocations/{ident}',
      'GET /v1/nodes',
    ])
  })

  it('are 1 for a status and a machine, with 1 at Neutron a minute, and 2 by name', async () => {
    const made = await start()
    const { driver } = made
    const id = await driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
    expect(await cost(made, () => driver.status(id, testCall()))).toEqual([1, 0, 0])
    expect(await cost(made, () => driver.getAmphora(id, testCall()))).toEqual([1, 0, 0])
    expect(await cost(made, () => driver.find('web-1', testCall()))).toEqual([2, 0, 0])
    expect(await cost(made, () => driver.find('web-2', testCall()))).toEqual([1, 0, 0])
    const stranger = made.connect()
    await stranger.check(testCall())
    expect(await cost(made, () => stranger.getAmphora(id, testCall()))).toEqual([1, 1, 0])
    expect(await cost(made, () => stranger.getAmphora(id, testCall()))).toEqual([1, 0, 0])
  })

  it('are 3 for a suspend and a resume, and 1 once after the resume', async () => {
    const made = await start()
    const { driver } = made
    const id = await driver.build(testOrder(), testCall())
    expect(await cost(made, () => driver.suspend(id, testCall()))).toEqual([3, 0, 0])
    expect(await cost(made, () => driver.suspend(id, testCall()))).toEqual([1, 0, 0])
    expect(await cost(made, () => driver.resume(id, testCall()))).toEqual([3, 0, 0])
    expect(await cost(made, () => driver.status(id, testCall()))).toEqual([2, 0, 0])
    expect(await cost(made, () => driver.status(id, testCall()))).toEqual([1, 0, 0])
  })

  it('are 2 for a delete, and at Neutron 1 and 1 more for each network', async () => {
    const made = await start()
    const { driver } = made
    const plain = await driver.build(testOrder(), testCall())
    const id = await driver.build(testOrder({ name: 'b', networkIds: [NETWORK, NETWORK2] }), testCall())
    expect(await cost(made, () => driver.delete(plain, testCall()))).toEqual([2, 0, 0])
    expect(await cost(made, () => driver.delete(id, testCall()))).toEqual([2, 3, 0])
  })

  it('are 3 for a list, and 1 more for each further page and while something is reserved only', async () => {
    const made = await start({ pageSize: 4 })
    const { fake, driver } = made
    expect(await cost(made, () => all(driver.list(testCall())))).toEqual([3, 0, 0])
    for (let at = 0; at < 9; at += 1) await driver.build(testOrder({ name: `web-${at}` }), testCall())
    expect(await cost(made, () => all(driver.list(testCall())))).toEqual([5, 0, 0])
    await using _lost = await fake.server.inject({ kind: 'reset-before', on: 'PATCH /v1/nodes/{ident}', times: 1 })
    await driver.build(testOrder({ name: 'half' }), testCall()).catch(() => undefined)
    const [more] = await cost(made, () => all(driver.list(testCall())))
    expect(trail(fake).filter((route) => route === 'GET /v1/nodes')).toHaveLength(3)
    expect(more).toBeGreaterThan(5)
  })

  it('are 2 for a check, and 1 login for 200 calls at once', async () => {
    const made = await start()
    expect(await cost(made, () => made.driver.check(testCall()))).toEqual([2, 0, 0])
    const fresh = made.connect()
    const before = made.fake.keystone.logins
    await Promise.all(Array.from({ length: 200 }, () => fresh.find('web-1', testCall())))
    expect(made.fake.keystone.logins - before).toBe(1)
    expect(made.fake.server.requests('GET /v1/')).toHaveLength(1)
  })
})

it('go through whatever stands before Ironic, and are as many there', async () => {
  await using fake = await fakeCloud()
  await using gate = await gateTo(fake.url)
  const driver = connectDriver({ ...optionsFor(fake), endpointOverride: { baremetal: gate.url } })
  try {
    const id = await driver.build(testOrder(), testCall())
    expect(gate.take()).toEqual([
      'GET /v1/',
      'POST /v1/allocations',
      'GET /v1/allocations/{id}',
      'PATCH /v1/nodes/{id}',
      'GET /v1/nodes/{id}/validate',
      'PUT /v1/nodes/{id}/states/provision',
    ])
    await driver.delete(id, testCall())
    expect(gate.take()).toEqual(['GET /v1/nodes/{id}', 'PUT /v1/nodes/{id}/states/provision'])
  } finally {
    await driver.close()
  }
})
