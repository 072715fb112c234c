import { InstanceNotFoundError, NotSuspendedError } from '@amphora/core'
import { createManualClock } from '@amphora/core/testing'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { NETWORK, NETWORK2, NOSUCH, testOrder } from './call.ts'
import { all, bench, clear, failure, trail, type Bench } from './driver.ts'
import type { FakeNode } from './fake-ironic.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

/** An active machine, with the logs emptied. */
async function active(
  made: Bench,
  changes: Parameters<typeof testOrder>[0] = {},
): Promise<{ id: string; node: FakeNode }> {
  const { fake, driver } = made
  const id = await driver.build(testOrder(changes), testCall())
  await driver.status(id, testCall())
  const node = fake.nodeOf(id)
  if (node === undefined) throw new Error('it has no node')
  clear(fake)
  return { id, node }
}

/** A reservation of ours that was not deployed. */
async function reserved(made: Bench, changes: Parameters<typeof testOrder>[0] = {}): Promise<string> {
  const { fake, driver } = made
  await using _lost = await fake.server.inject({ kind: 'reset-before', on: 'PATCH /v1/nodes/{ident}', times: 1 })
  await failure(driver.build(testOrder(changes), testCall()))
  clear(fake)
  return fake.allocations().at(-1)?.uuid ?? ''
}

describe('a look', () => {
  it('asks once for what is there, and once for what is there no more', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    await driver.status(id, testCall())
    await driver.getAmphora(id, testCall())
    expect(trail(fake)).toEqual(['GET /v1/nodes/{ident}', 'GET /v1/nodes/{ident}'])
    fake.conductor.provision(node, 'deleted', undefined)
    clear(fake)
    expect(await failure(driver.status(id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(trail(fake)).toEqual(['GET /v1/nodes/{ident}'])
  })

  it('of another controller asks once too, and twice for what is only reserved, or not there', async () => {
    const made = await start()
    const { fake, connect } = made
    const { id } = await active(made)
    expect(await connect().status(id, testCall())).toEqual({ state: 'active', raw: 'active/power on' })
    expect(trail(fake)).toEqual(['GET /v1/', 'GET /v1/nodes'])
    const other = await reserved(made, { name: 'web-2' })
    expect(await connect().status(other, testCall())).toMatchObject({ state: 'building', raw: 'available/power off' })
    expect(trail(fake)).toEqual(['GET /v1/', 'GET /v1/nodes', 'GET /v1/allocations/{ident}'])
    clear(fake)
    expect(await failure(connect().status(NOSUCH, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(trail(fake)).toEqual(['GET /v1/', 'GET /v1/nodes', 'GET /v1/allocations/{ident}'])
  })

  it('sees a reservation that is not decided, and one that failed', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const held = fake.hold('allocate')
    await fake.server.inject({ kind: 'lose-response', on: 'POST /v1/allocations', times: 1 })
    await failure(driver.build(testOrder({ flavor: 'nosuch' }), testCall()))
    const id = fake.allocations()[0]?.uuid ?? ''
    expect(await connect().status(id, testCall())).toEqual({ state: 'building', raw: 'allocating' })
    held[Symbol.dispose]()
    expect(await connect().status(id, testCall())).toMatchObject({ state: 'error', reason: 'ironic/no-node' })
  })

  it('finds the node again that an operator took out of Ironic and put back under another uuid', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    const other = fake.conductor.addNode({ name: 'again' })
    Object.assign(other, {
      instanceUuid: id,
      instanceInfo: node.instanceInfo,
      provisionState: 'active',
      powerState: 'power on',
    })
    fake.conductor.removeNode(node)
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'active' })
  })

  it('shows nothing of what others have, and of what is no id', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const { id } = await active(made)
    const planted = fake.plant('somebody')
    for (const [driverOf, one] of [
      [connect({ owner: 'b' }), id],
      [driver, planted.id],
      [driver, 'web-1'],
      [driver, id.toUpperCase()],
    ] as const) {
      expect(await failure(driverOf.status(one, testCall()))).toBeInstanceOf(InstanceNotFoundError)
      expect(await failure(driverOf.getAmphora(one, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    }
  })

  it('never takes a mark that an earlier amphora left for one of the next', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    const left = node.instanceInfo
    fake.conductor.provision(node, 'deleted', undefined)
    await driver.list(testCall())[Symbol.asyncIterator]().next()
    Object.assign(node, { instanceUuid: NOSUCH, instanceInfo: left, provisionState: 'active', powerState: 'power on' })
    expect(await failure(driver.status(NOSUCH, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(driver.status(id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await all(driver.list(testCall()))).toEqual([])
    expect(await failure(driver.delete(NOSUCH, testCall()))).toMatchObject({ code: 'permission-denied' })
  })

  it('tells addresses from Neutron, and fails where that does not answer', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const { id } = await active(made, { networkIds: [NETWORK] })
    const { addresses } = await driver.getAmphora(id, testCall())
    expect(addresses).toMatchObject([{ ip: expect.stringMatching(/^10\./), family: 4, networkId: NETWORK }])
    await fake.neutron.server.down()
    expect((await driver.getAmphora(id, testCall())).addresses).toEqual(addresses)
    const other = connect()
    expect(await failure(other.getAmphora(id, testCall()))).toMatchObject({ code: 'unavailable' })
    expect(await other.status(id, testCall())).toMatchObject({ state: 'active' })
  })

  it('tells the address that the options give a node', async () => {
    const made = await start({ addressOf: { 'node-1': '192.0.2.1' } }, { nodes: [{ name: 'node-1' }] })
    const { id } = await active(made)
    expect((await made.driver.getAmphora(id, testCall())).addresses).toEqual([{ ip: '192.0.2.1', family: 4 }])
  })
})

describe('find', () => {
  it('gives the one of ours with exactly this name, in two requests, or none in one', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const { id } = await active(made)
    expect(await driver.find('web-1', testCall())).toEqual([await driver.getAmphora(id, testCall())])
    expect(trail(fake).slice(0, 2)).toEqual(['GET /v1/allocations/{ident}', 'GET /v1/nodes/{ident}'])
    clear(fake)
    expect(await driver.find('web', testCall())).toEqual([])
    expect(trail(fake)).toEqual(['GET /v1/allocations/{ident}'])
    expect(await connect({ owner: 'b' }).find('web-1', testCall())).toEqual([])
    fake.plant('amphora-web-2')
    expect(await driver.find('web-2', testCall())).toEqual([])
  })
})

describe('list', () => {
  it('gives everything of ours over the borders of pages, each once, and nothing else', async () => {
    const made = await start({ pageSize: 2 })
    const { fake, driver, connect } = made
    fake.plant('somebody')
    await connect({ owner: 'b' }).build(testOrder(), testCall())
    const ids = []
    for (let index = 0; index < 5; index += 1) {
      ids.push(await driver.build(testOrder({ name: `web-${index}`, networkIds: [NETWORK2] }), testCall()))
    }
    const listed = await all(driver.list(testCall()))
    expect(listed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    for (const amphora of listed) expect(amphora).toEqual(await driver.getAmphora(amphora.id, testCall()))
    expect(listed[0]?.addresses).toHaveLength(2)
    const [request] = fake.server.requests('GET /v1/nodes')
    expect(request?.query.get('associated')).toBe('true')
    expect(request?.query.get('fields')).toContain('instance_info')
  })

  it('gives what is reserved and not prepared yet, what is being reserved, and what has failed to be', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const bare = await reserved(made)
    await fake.server.inject({ kind: 'lose-response', on: 'POST /v1/allocations', times: 1 })
    await failure(driver.build(testOrder({ name: 'web-2', flavor: 'nosuch' }), testCall()))
    const failed = fake.allocations().at(-1)?.uuid ?? ''
    const held = fake.hold('allocate')
    await fake.server.inject({ kind: 'lose-response', on: 'POST /v1/allocations', times: 1 })
    await failure(driver.build(testOrder({ name: 'web-3' }), testCall()))
    const waiting = fake.allocations().at(-1)?.uuid ?? ''
    const states = (await all(connect().list(testCall()))).map(({ id, status }) => [id, status.state])
    expect(new Map(states as [string, string][])).toEqual(
      new Map([
        [bare, 'building'],
        [failed, 'error'],
        [waiting, 'building'],
      ]),
    )
    held[Symbol.dispose]()
  })

  it('of nothing is three requests, and fails where one does', async () => {
    const { fake, driver } = await start()
    expect(await all(driver.list(testCall()))).toEqual([])
    expect(trail(fake)).toEqual(['GET /v1/', 'GET /v1/allocations', 'GET /v1/allocations', 'GET /v1/nodes'])
    for (const on of ['GET /v1/allocations', 'GET /v1/nodes'] as const) {
      await using _fault = await fake.server.inject({ kind: 'status', status: 503, on })
      expect(await failure(all(driver.list(testCall())))).toMatchObject({ code: 'unavailable' })
    }
  })
})

describe('delete', () => {
  it('undeploys in two requests, and takes the ports along that were made', async () => {
    const made = await start()
    const { fake, driver } = made
    const given = fake.neutron.createPort({ networkId: NETWORK, projectId: fake.keystone.projectId('admin') }).id
    const { id, node } = await active(made, { networkIds: [NETWORK, NETWORK2], portIds: [given] })
    await driver.delete(id, testCall())
    expect(trail(fake)).toEqual(['GET /v1/nodes/{ident}', 'PUT /v1/nodes/{ident}/states/provision'])
    await fake.settle()
    expect(node).toMatchObject({ provisionState: 'available', instanceUuid: null, instanceInfo: {}, vifs: [] })
    expect(fake.allocations()).toEqual([])
    expect(fake.neutron.ports().map((port) => port.id)).toEqual([given])
  })

  it('resolves where it is gone, or being deleted already', async () => {
    const made = await start({}, { tearDownMs: 60_000 })
    const { fake, driver, connect } = made
    const { id } = await active(made)
    await driver.delete(id, testCall())
    clear(fake)
    await driver.delete(id, testCall())
    expect(trail(fake)).toEqual(['GET /v1/nodes/{ident}'])
    await connect().delete(NOSUCH, testCall())
    await driver.delete('no id', testCall())
  })

  it.each(['deploy failed', 'error', 'wait call-back', 'rescue', 'rescue failed', 'unrescue failed'])(
    'undeploys what is in %s',
    async (provisionState) => {
      const made = await start()
      const { id, node } = await active(made)
      made.fake.conductor.force(node, { provisionState })
      await made.driver.delete(id, testCall())
      await made.fake.settle()
      expect(node).toMatchObject({ provisionState: 'available', instanceUuid: null })
    },
  )

  it('of what is being deployed is a conflict and changes nothing, and resolves once that is over', async () => {
    const made = await start()
    const { fake, driver } = made
    const held = fake.hold('deploy')
    const id = await driver.build(testOrder(), testCall())
    const error = await failure(driver.delete(id, testCall()))
    expect(error).toMatchObject({ code: 'conflict', reason: 'ironic/locked', retryAfterMs: 1_000 })
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'building' })
    held[Symbol.dispose]()
    await driver.delete(id, testCall())
  })

  it('of what is locked is a conflict, and of what is protected a matter of its operator', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    const lock = fake.conductor.lock(node)
    expect(await failure(driver.delete(id, testCall()))).toMatchObject({ code: 'conflict', reason: 'ironic/locked' })
    lock[Symbol.dispose]()
    node.isProtected = true
    expect(await failure(driver.delete(id, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'ironic/protected',
    })
    node.isProtected = false
    node.maintenance = true
    await driver.delete(id, testCall())
  })

  it('never touches what others have', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    const { id } = await active(made)
    const planted = fake.plant('somebody')
    clear(fake)
    const before = fake.inventory()
    for (const [driverOf, one] of [
      [connect({ owner: 'b' }), id],
      [driver, planted.id],
    ] as const) {
      for (const verb of ['delete', 'suspend', 'resume'] as const) {
        expect(await failure(driverOf[verb](one, testCall()))).toMatchObject({
          code: 'permission-denied',
          reason: 'ironic/foreign',
        })
      }
    }
    expect(fake.inventory()).toEqual(before)
    expect(trail(fake).filter((template) => !template.startsWith('GET'))).toEqual([])
  })

  it('of a reservation of our own gives it up at once, with all that was prepared', async () => {
    const made = await start()
    const { fake, driver } = made
    await fake.server.inject({ kind: 'lose-response', on: 'POST /v1/nodes/{ident}/vifs', times: 1 })
    await failure(driver.build(testOrder({ networkIds: [NETWORK] }), testCall()))
    const [allocation] = fake.allocations()
    const node = fake.nodeOf(allocation?.uuid ?? '')
    expect(node?.vifs).toHaveLength(1)
    await driver.delete(allocation?.uuid ?? '', testCall())
    expect(fake.inventory()).toEqual([])
    expect(node).toMatchObject({ instanceInfo: {}, vifs: [], provisionState: 'available' })
  })

  it('of a reservation that somebody else has just made is a conflict until that is old', async () => {
    const clock = createManualClock()
    const made = await start({ clock })
    const { fake, driver, connect } = made
    await fake.server.inject({ kind: 'reset-before', on: 'PATCH /v1/nodes/{ident}', times: 1 })
    await clock.runUntil(failure(driver.build(testOrder({ networkIds: [NETWORK] }), testCall({ clock }))))
    const id = fake.allocations()[0]?.uuid ?? ''
    const other = connect()
    const error = await clock.runUntil(failure(other.delete(id, testCall({ clock }))))
    expect(error).toMatchObject({ code: 'conflict', reason: 'ironic/being-built', retryAfterMs: 1_000 })
    await clock.advance(60_000)
    await clock.runUntil(other.delete(id, testCall({ clock })))
    expect(fake.inventory()).toEqual([])
  })

  it('of a reservation that failed removes it', async () => {
    const made = await start()
    const { fake, driver, connect } = made
    await fake.server.inject({ kind: 'lose-response', on: 'POST /v1/allocations', times: 1 })
    await failure(driver.build(testOrder({ flavor: 'nosuch' }), testCall()))
    await connect().delete(fake.allocations()[0]?.uuid ?? '', testCall())
    expect(fake.allocations()).toEqual([])
  })

  it('does not wait for Neutron: what could not be removed is removed by the next', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id } = await active(made, { networkIds: [NETWORK] })
    const outage = await fake.neutron.server.down()
    await driver.delete(id, testCall())
    await outage[Symbol.asyncDispose]()
    await fake.settle()
    expect(fake.neutron.ports()).toHaveLength(1)
    await driver.delete(id, testCall())
    expect(fake.neutron.ports()).toEqual([])
  })
})

describe('suspend and resume', () => {
  const marksOf = (node: FakeNode): unknown => node.instanceInfo[`amphora_${node.instanceUuid}`]

  it('mark it, power it off softly, and power it on again, three requests each', async () => {
    const made = await start({ softPowerOffMs: 90_000 })
    const { fake, driver } = made
    const { id, node } = await active(made)
    await driver.suspend(id, testCall())
    const changed = ['GET /v1/nodes/{ident}', 'PATCH /v1/nodes/{ident}', 'PUT /v1/nodes/{ident}/states/power']
    expect(trail(fake)).toEqual(changed)
    const [off] = fake.server.requests('PUT /v1/nodes/{ident}/states/power')
    expect(off?.json()).toEqual({ target: 'soft power off', timeout: 90 })
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'suspended', raw: 'active/power off' })
    clear(fake)
    await driver.resume(id, testCall())
    expect(trail(fake)).toEqual(changed)
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'active' })
    expect(marksOf(node)).not.toHaveProperty('suspended')
    expect(marksOf(node)).not.toHaveProperty('resumed')
    clear(fake)
    await driver.status(id, testCall())
    expect(trail(fake)).toEqual(['GET /v1/nodes/{ident}'])
  })

  it('are told while they are under way', async () => {
    const made = await start({}, { powerMs: 60_000 })
    const { fake, driver } = made
    const { id, node } = await active(made)
    await driver.suspend(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'suspending' })
    await driver.suspend(id, testCall())
    expect(fake.server.count('PUT /v1/nodes/{ident}/states/power')).toBe(1)
    fake.conductor.force(node, { powerState: 'power off' })
    await driver.resume(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'resuming' })
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
  })

  it('tell an operator from us', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    fake.conductor.force(node, { powerState: 'power off' })
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'stopped' })
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
    await driver.suspend(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'suspended' })
    await driver.resume(id, testCall())
    await driver.status(id, testCall())
    fake.conductor.force(node, { powerState: 'power off' })
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'stopped' })
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
  })

  it('tell a change that failed, and may be repeated', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    node.failures.add('power')
    await driver.suspend(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'error', reason: 'ironic/power-failed' })
    node.failures.clear()
    await driver.suspend(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'suspended' })
    node.failures.add('power')
    await driver.resume(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'error', reason: 'ironic/power-failed' })
    node.failures.clear()
    await driver.resume(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'active' })
    expect(fake.server.unexpected()).toEqual([])
  })

  it('do not cut the power where no option allows it', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    node.driverInfo = { fake_no_soft_power: true }
    const error = await failure(driver.suspend(id, testCall()))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'ironic/no-soft-power-off' })
    expect(marksOf(node)).not.toHaveProperty('suspended')
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'active' })
    expect(fake.server.unexpected()).toEqual([])
  })

  it('cut the power where an option allows it', async () => {
    const made = await start({ hardPowerOff: true })
    const { fake, driver } = made
    const { id, node } = await active(made)
    node.driverInfo = { fake_no_soft_power: true }
    await driver.suspend(id, testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'suspended' })
    expect(fake.server.unexpected()).toEqual([])
  })

  it('cut it where a machine did not shut down the first time', async () => {
    const made = await start({ hardPowerOff: true })
    const { fake, driver } = made
    const { id, node } = await active(made)
    node.failures.add('power')
    await driver.suspend(id, testCall())
    await driver.status(id, testCall())
    node.failures.clear()
    await driver.suspend(id, testCall())
    const targets = fake.server.requests('PUT /v1/nodes/{ident}/states/power').map((request) => request.json())
    expect(targets).toEqual([{ target: 'soft power off', timeout: 60 }, { target: 'power off' }])
  })

  it('are a conflict while the node is locked, and refused in any other state', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    const lock = fake.conductor.lock(node)
    expect(await failure(driver.suspend(id, testCall()))).toMatchObject({ code: 'conflict', reason: 'ironic/locked' })
    lock[Symbol.dispose]()
    await driver.suspend(id, testCall())
    await driver.status(id, testCall())
    const again = fake.conductor.lock(node)
    expect(await failure(driver.resume(id, testCall()))).toMatchObject({ code: 'conflict', reason: 'ironic/locked' })
    again[Symbol.dispose]()
    await driver.resume(id, testCall())
    fake.conductor.force(node, { provisionState: 'deploy failed' })
    expect(await failure(driver.suspend(id, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'ironic/wrong-state',
    })
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
    expect(await failure(driver.suspend(NOSUCH, testCall()))).toBeInstanceOf(InstanceNotFoundError)
  })

  it('never mark a node that has passed to somebody else meanwhile', async () => {
    const made = await start()
    const { fake, driver } = made
    const { id, node } = await active(made)
    fake.server.route('GET /v1/nodes/{ident}', ({ params }) => {
      const told = { ...fakeDocument(node), uuid: params.ident }
      node.instanceUuid = NOSUCH
      node.instanceInfo = { theirs: true }
      return { json: told }
    })
    expect(await failure(driver.suspend(id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(node).toMatchObject({ instanceInfo: { theirs: true }, powerState: 'power on' })
  })

  function fakeDocument({ instanceUuid, instanceInfo, provisionState, powerState }: FakeNode): object {
    return {
      instance_uuid: instanceUuid,
      instance_info: instanceInfo,
      provision_state: provisionState,
      power_state: powerState,
    }
  }
})

describe('check', () => {
  it('tells the version, and warns where no node can be seen', async () => {
    const { fake, driver } = await start()
    expect(await driver.check(testCall())).toEqual({ version: '1.82', warnings: [] })
    for (const node of fake.nodes()) fake.conductor.removeNode(node)
    expect(await driver.check(testCall())).toEqual({
      version: '1.82',
      warnings: [expect.stringContaining('no node can be seen')],
    })
  })

  it('refuses an Ironic that is too old, and takes an older one that is not', async () => {
    const { driver } = await start({}, { maximum: 55 })
    expect(await failure(driver.check(testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'ironic/microversion',
    })
    await open?.[Symbol.asyncDispose]()
    const old = await start({}, { maximum: 56 })
    expect(await old.driver.check(testCall())).toMatchObject({ version: '1.56' })
    const id = await old.driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
    expect(await old.driver.status(id, testCall())).toMatchObject({ state: 'active' })
  })
})

describe('validate', () => {
  it('finds nothing wrong with a good order', async () => {
    const made = await start()
    const { fake, driver } = made
    expect(await driver.validate(testOrder({ networkIds: [NETWORK] }), testCall())).toEqual([])
    const before = fake.inventory()
    await active(made)
    expect(await driver.validate(testOrder(), testCall())).toEqual([])
    expect(before).toEqual([])
  })

  it('names all that the cloud has against an order, and changes nothing', async () => {
    const made = await start({ flavors: { odd: { resourceClass: 'baremetal', traits: ['CUSTOM_ODD'] } } })
    const { fake, driver } = made
    await active(made)
    const wrong = { flavor: 'odd', imageId: 'nosuch', networkIds: [NOSUCH], portIds: [NOSUCH], fingerprint: 'v1:two' }
    expect(await driver.validate(testOrder(wrong), testCall())).toEqual([
      'no node of the resource class "baremetal" with CUSTOM_ODD is free',
      expect.stringContaining('imageId "nosuch" is neither an id nor the name'),
      `network "${NOSUCH}" does not exist`,
      `port "${NOSUCH}" does not exist`,
      'name "web-1" is taken by an amphora that another request has built',
    ])
    expect(await driver.validate(testOrder({ imageId: NOSUCH, flavor: undefined }), testCall())).toEqual([
      expect.stringContaining('flavor is needed'),
      `imageId "${NOSUCH}" is no image of the cloud`,
    ])
    expect(trail(fake).filter((template) => !template.startsWith('GET'))).toEqual([])
  })
})
