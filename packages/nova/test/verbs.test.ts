import { InstanceNotFoundError, NotSuspendedError, type AmphoraComputeError } from '@amphora/core'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import {
  ABSENT,
  all,
  bench,
  clear,
  failure,
  NETWORK2,
  optionsFor,
  plantOurs,
  trail,
  unexpected,
  type Bench,
} from './driver.ts'
import { isAction, type FakeInstance } from './fake-nova.ts'
import { Logbook } from './logbook.ts'
import { NETWORK, order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}
/** One that is active, and a driver that knows the networks. */
async function built(
  ...options: Parameters<typeof bench>
): Promise<Bench & { readonly id: string; readonly server: FakeInstance }> {
  const made = await start(...options)
  const id = await made.driver.build(order({ nameIsFresh: true }), testCall())
  await made.cloud.settle()
  await made.driver.getAmphora(id, testCall())
  clear(made.cloud)
  const [server] = made.cloud.servers()
  if (server === undefined) throw new Error('it was built')
  return { ...made, id, server }
}

const GET = 'nova GET /v2.1/servers/{id}'
const ACTION = 'nova POST /v2.1/servers/{id}/action'
const conflict = (message: string): object => ({ conflictingRequest: { code: 409, message } })

describe('requests at the socket', () => {
  it.each([
    ['status', [GET]],
    ['getAmphora', [GET]],
    ['find', ['nova GET /v2.1/servers/detail']],
    ['list', ['nova GET /v2.1/servers/detail']],
    ['check', ['nova GET /v2.1/limits']],
    ['delete', [GET, 'nova DELETE /v2.1/servers/{id}']],
    ['suspend', [GET, ACTION]],
    ['resume', [GET, ACTION]],
    ['detachPort', [GET, 'nova DELETE /v2.1/servers/{id}/os-interface/{port}']],
    [
      'attachNetworkOrPort',
      [GET, 'nova GET /v2.1/servers/{id}/os-interface', 'nova POST /v2.1/servers/{id}/os-interface'],
    ],
    ['createPlacementGroup', ['nova GET /v2.1/os-server-groups', 'nova POST /v2.1/os-server-groups']],
    ['deletePlacementGroup', ['nova GET /v2.1/os-server-groups/{id}', 'nova DELETE /v2.1/os-server-groups/{id}']],
  ] as const)('of %s are %j', async (verb, steps) => {
    const { cloud, driver, id } = await built()
    const call = testCall()
    if (verb === 'resume') {
      await driver.suspend(id, call)
      await cloud.settle()
    }
    const group = await driver.createPlacementGroup('pair', 'affinity', call)
    const [port] = cloud.neutron.portsOf(id)
    clear(cloud)
    const calls = {
      status: () => driver.status(id, call),
      getAmphora: () => driver.getAmphora(id, call),
      find: () => driver.find('web-1', call),
      list: () => all(driver.list(call)),
      check: () => driver.check(call),
      delete: () => driver.delete(id, call),
      suspend: () => driver.suspend(id, call),
      resume: () => driver.resume(id, call),
      detachPort: () => driver.detachPort(id, port?.id ?? '', call),
      attachNetworkOrPort: () => driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, call),
      createPlacementGroup: () => driver.createPlacementGroup('other', 'affinity', call),
      deletePlacementGroup: () => driver.deletePlacementGroup(group, call),
    }
    await calls[verb]()
    expect(trail(cloud)).toEqual(steps)
    expect(unexpected(cloud)).toEqual([])
  })

  it('of getAmphora that reports ports are one more', async () => {
    const { cloud, driver, id } = await built({ reportPorts: true })
    const { addresses } = await driver.getAmphora(id, testCall())
    expect(trail(cloud)).toEqual([GET, 'nova GET /v2.1/servers/{id}/os-interface'])
    expect(addresses.map(({ portId }) => portId)).toEqual(cloud.neutron.portsOf(id).map((port) => port.id))
  })

  it('are none before the first call, and none of closing a driver that has sent none', async () => {
    const { cloud, connect } = await start()
    await connect().close()
    expect(trail(cloud)).toEqual([])
  })

  it('of closing give the token back', async () => {
    const { cloud, driver } = await built()
    expect(cloud.keystone.tokens()).toHaveLength(1)
    await driver.close()
    expect(trail(cloud)).toEqual(['keystone DELETE /v3/auth/tokens'])
    expect(cloud.keystone.tokens()).toEqual([])
  })
})

describe('reading', () => {
  it('tells what there is', async () => {
    const { driver, id, cloud } = await built()
    const amphora = await driver.getAmphora(id, testCall())
    const [port] = cloud.neutron.portsOf(id)
    expect(amphora).toEqual({
      id,
      name: 'web-1',
      type: 'VM',
      status: { state: 'active', raw: 'ACTIVE' },
      flavor: 'm1.tiny',
      imageId: expect.any(String) as string,
      availabilityZone: 'nova',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      addresses: [{ ip: port?.settings.fixedIps[0]?.ip_address, family: 4, networkId: NETWORK, mac: port?.macAddress }],
    })
    expect(await driver.status(id, testCall())).toEqual(amphora.status)
    expect(await driver.find('web-1', testCall())).toEqual([amphora])
    expect(await all(driver.list(testCall()))).toEqual([amphora])
  })

  it('gives both families of an address, and none where there is none', async () => {
    const networks = [
      { name: 'both', id: NETWORK, ipv4: '10.1', ipv6: 'fd00:1::' },
      { name: 'none', id: NETWORK2, ipv4: false as const },
    ]
    const { driver } = await start({}, { networks })
    const both = await driver.build(order({ nameIsFresh: true }), testCall())
    const none = await driver.build(order({ nameIsFresh: true, name: 'web-2', networkIds: [NETWORK2] }), testCall())
    const { addresses } = await driver.getAmphora(both, testCall())
    expect(addresses.map(({ family, networkId }) => [family, networkId])).toEqual([
      [4, NETWORK],
      [6, NETWORK],
    ])
    expect(await driver.getAmphora(none, testCall())).toMatchObject({ status: { state: 'active' }, addresses: [] })
  })

  it('names the network it was built with where two go by one name, and none where that does not tell', async () => {
    const networks = [
      { name: 'twin', id: NETWORK },
      { name: 'twin', id: NETWORK2 },
    ]
    const { driver, cloud } = await start({}, { networks })
    const one = await driver.build(order({ nameIsFresh: true, networkIds: [NETWORK2] }), testCall())
    const both = await driver.build(
      order({ nameIsFresh: true, name: 'web-2', networkIds: [NETWORK, NETWORK2] }),
      testCall(),
    )
    await cloud.settle()
    const networkIds = async (id: string): Promise<unknown> =>
      (await driver.getAmphora(id, testCall())).addresses.map(({ networkId }) => networkId)
    expect(await networkIds(one)).toEqual([NETWORK2])
    expect(await networkIds(both)).toEqual([undefined, undefined])
    const exact = open?.connect({ reportPorts: true })
    expect((await exact?.getAmphora(both, testCall()))?.addresses.map(({ networkId }) => networkId)).toEqual([
      NETWORK,
      NETWORK2,
    ])
  })

  it.each([93, 46, 1])('names the flavor as a Nova of 2.%i does', async (maximum) => {
    const { driver, id, server } = await built({}, { maximum })
    const { flavor } = await driver.getAmphora(id, testCall())
    expect(flavor).toBe(maximum < 47 ? server.order.flavor.id : 'm1.tiny')
  })

  it('of what is not there is an InstanceNotFoundError after one request', async () => {
    const { cloud, driver } = await built()
    expect(await failure(driver.status(ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(driver.getAmphora(ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(trail(cloud).filter((step) => step === GET)).toHaveLength(2)
    expect(await driver.find('web-9', testCall())).toEqual([])
  })

  it('never sends what is no id of a server', async () => {
    const { cloud, driver, id } = await built()
    for (const not of ['web-1', id.slice(0, 12), id.toUpperCase(), `${id}x`, '', '..', '../flavors', `${id}?x`]) {
      expect(await failure(driver.getAmphora(not, testCall()))).toBeInstanceOf(InstanceNotFoundError)
      expect(await failure(driver.status(not, testCall()))).toBeInstanceOf(InstanceNotFoundError)
      expect(await failure(driver.suspend(not, testCall()))).toBeInstanceOf(InstanceNotFoundError)
      expect(await driver.delete(not, testCall())).toBeUndefined()
    }
    expect(trail(cloud)).toEqual([])
  })

  it('shows nothing of another owner, of another project, or of nobody', async () => {
    const { cloud, driver, connect, id } = await built()
    const others = [
      plantOurs(cloud, 'web-2', 'west'),
      cloud.plant('web-3'),
      cloud.plant('web-4', { project: 'admin', metadata: { amphora_owner: 'amphora', amphora_name: 'web-4' } }),
    ]
    for (const other of others) {
      expect(await failure(driver.getAmphora(other.id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
      expect(await driver.find(other.name, testCall())).toEqual([])
    }
    expect((await all(driver.list(testCall()))).map((one) => one.id)).toEqual([id])
    const west = connect({ owner: 'west' })
    expect(await failure(west.getAmphora(id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await west.find('web-1', testCall())).toEqual([])
    expect((await all(west.list(testCall()))).map((one) => one.name)).toEqual(['web-2'])
  })

  it('refuses an answer that is about another server', async () => {
    const { cloud, driver, id } = await built()
    await using _fault = await cloud.server.inject({
      kind: 'wrong-shape',
      on: 'GET /v2.1/servers/{id}',
      json: { server: { id: ABSENT, metadata: { amphora_owner: 'amphora' } } },
    })
    expect(await failure(driver.getAmphora(id, testCall()))).toMatchObject({
      code: 'internal',
      reason: 'nova/unreadable-answer',
    })
  })

  it('reports several of one name, and says so in the log', async () => {
    const { cloud, driver, id } = await built()
    const logbook = new Logbook()
    const surplus = plantOurs(cloud, 'web-1')
    const found = await driver.find('web-1', testCall({ logger: logbook }))
    expect(found.map((one) => one.id).sort()).toEqual([id, surplus.id].sort())
    expect(logbook.lines.join()).toContain('nova/duplicate-name')
  })
})

describe('what failed', () => {
  it('is the fault that Nova names', async () => {
    const { cloud, driver } = await start()
    cloud.noCapacity = true
    const id = await driver.build(order({ nameIsFresh: true }), testCall())
    clear(cloud)
    expect(await driver.status(id, testCall())).toEqual({
      state: 'error',
      raw: 'ERROR',
      fault: 'No valid host was found.',
      reason: 'nova/no-valid-host',
    })
    expect(trail(cloud)).toEqual([GET])
  })

  it('is the action that failed where Nova names no fault, for one request more', async () => {
    const { cloud, driver, id, server } = await built()
    cloud.force(server, 'ERROR')
    expect(await driver.status(id, testCall())).toEqual({ state: 'error', raw: 'ERROR' })
    expect(trail(cloud)).toEqual([GET, 'nova GET /v2.1/servers/{id}/os-instance-actions'])
    const [action] = server.actions
    if (action !== undefined) Object.assign(action, { action: 'rebuild', failed: true })
    const told = { state: 'error', raw: 'ERROR', fault: 'rebuild failed', reason: 'nova/action-failed' }
    expect(await driver.status(id, testCall())).toEqual(told)
    expect((await driver.getAmphora(id, testCall())).status).toEqual(told)
  })
})

describe('an outage', () => {
  it.each([
    ['a gateway that has no Nova behind it', { status: 404, text: '<html>Not Found</html>' }],
    ['a gateway that answers in JSON', { status: 404, json: { message: 'no route' } }],
    ['another service', { status: 404, json: { error: { code: 404, message: 'Not Found' } } }],
    ['a fault', { status: 500, json: { computeFault: { code: 500, message: 'x' } } }],
    ['a service that is away', { status: 503 }],
  ])('never reads as gone: %s', async (_what, answer) => {
    const { cloud, driver, id } = await built()
    await using _fault = await cloud.server.inject({ kind: 'status', ...answer })
    const calls = [
      () => driver.status(id, testCall()),
      () => driver.getAmphora(id, testCall()),
      () => driver.find('web-1', testCall()),
      () => all(driver.list(testCall())),
      () => driver.delete(id, testCall()),
      () => driver.suspend(id, testCall()),
      () => driver.resume(id, testCall()),
    ]
    for (const ask of calls) {
      const error = (await failure(ask())) as AmphoraComputeError
      expect(error).not.toBeInstanceOf(InstanceNotFoundError)
      expect(error.code).toBe(answer.status === 500 ? 'internal' : 'unavailable')
    }
    expect(cloud.servers()).toHaveLength(1)
  })

  it.each(['getAmphora', 'status', 'find', 'list', 'delete', 'suspend'] as const)(
    'of the cell never reads as gone, foreign or idle: %s',
    async (verb) => {
      const { cloud, driver, id, server } = await built()
      cloud.force(server, 'UNKNOWN')
      const calls = {
        getAmphora: () => driver.getAmphora(id, testCall()),
        status: () => driver.status(id, testCall()),
        find: () => driver.find('web-1', testCall()),
        list: () => all(driver.list(testCall())),
        delete: () => driver.delete(id, testCall()),
        suspend: () => driver.suspend(id, testCall()),
      }
      // Nova filters a record by what it does not have: here it stands in a list all the same.
      cloud.server.route('GET /v2.1/servers/detail', () => ({ json: { servers: [{ id, status: 'UNKNOWN' }] } }))
      const ended = await failure(calls[verb]())
      expect(ended).toMatchObject({ code: 'unavailable', reason: 'nova/cell-down' })
    },
  )

  it('of Neutron leaves addresses without their networks, and is asked again 10 s later', async () => {
    const { cloud, driver } = await start()
    const id = await driver.build(order({ nameIsFresh: true }), testCall())
    const fault = await cloud.neutron.server.inject({ kind: 'status', status: 503 })
    const logbook = new Logbook()
    const { addresses } = await driver.getAmphora(id, testCall({ logger: logbook }))
    expect(addresses).toMatchObject([{ family: 4 }])
    expect(addresses[0]).not.toHaveProperty('networkId')
    expect(logbook.lines.join()).toContain('nova/no-network-names')
    await fault.dispose()
    cloud.neutron.server.clear()
    await driver.getAmphora(id, testCall())
    expect(cloud.neutron.server.count()).toBe(0)
  })
})

describe('what is not ours', () => {
  it.each(['delete', 'suspend', 'resume', 'attachNetworkOrPort', 'detachPort'] as const)(
    'is not changed by %s',
    async (verb) => {
      const { cloud, driver } = await start()
      await driver.check(testCall())
      const foreign = [plantOurs(cloud, 'web-1', 'west'), cloud.plant('web-1', { networks: ['net1'] })]
      for (const server of foreign) {
        clear(cloud)
        const call = testCall()
        const calls = {
          delete: () => driver.delete(server.id, call),
          suspend: () => driver.suspend(server.id, call),
          resume: () => driver.resume(server.id, call),
          attachNetworkOrPort: () => driver.attachNetworkOrPort(server.id, { networkId: NETWORK2 }, call),
          detachPort: () => driver.detachPort(server.id, ABSENT, call),
        }
        expect(await failure(calls[verb]())).toMatchObject({ code: 'permission-denied', reason: 'nova/foreign' })
        expect(trail(cloud)).toEqual([GET])
        expect([server.status, server.taskState, server.exists]).toEqual(['ACTIVE', null, true])
      }
    },
  )
})

describe('delete', () => {
  it('takes the server and its ports, and resolves again when it is gone', async () => {
    const { cloud, driver, id } = await built()
    expect(cloud.inventory()).toHaveLength(2)
    await driver.delete(id, testCall())
    await cloud.settle()
    expect(cloud.inventory()).toEqual([])
    clear(cloud)
    await driver.delete(id, testCall())
    expect(trail(cloud)).toEqual([GET])
    await driver.delete(ABSENT, testCall())
  })

  it('leaves the ports that it was given, free again', async () => {
    const { cloud, driver } = await start()
    const port = cloud.neutron.createPort({ networkId: NETWORK, projectId: cloud.keystone.projectId('demo') })
    const id = await driver.build(order({ nameIsFresh: true, portIds: [port.id] }), testCall())
    await cloud.settle()
    expect(cloud.neutron.portsOf(id)).toHaveLength(2)
    await driver.delete(id, testCall())
    await cloud.settle()
    expect(cloud.neutron.ports().map((one) => [one.id, one.settings.deviceId])).toEqual([[port.id, '']])
  })

  it('of what is being built takes it away', async () => {
    const { cloud, driver } = await start({}, { buildMs: 60_000 })
    const id = await driver.build(order({ nameIsFresh: true }), testCall())
    await driver.delete(id, testCall())
    await cloud.settle()
    expect(cloud.servers()).toEqual([])
  })

  it('resolves where it is under way, and where another was quicker', async () => {
    const { cloud, driver, id, server } = await built({}, { deleteMs: 60_000 })
    await driver.delete(id, testCall())
    expect((await driver.status(id, testCall())).state).toBe('deleting')
    await driver.delete(id, testCall())
    await using _raced = await cloud.server.inject({
      kind: 'status',
      on: 'DELETE /v2.1/servers/{id}',
      status: 404,
      json: { itemNotFound: { code: 404, message: `Instance ${id} could not be found.` } },
    })
    expect(await driver.delete(id, testCall())).toBeUndefined()
    expect(server.exists).toBe(true)
  })

  it('of what is locked fails for good, and says what is to be done', async () => {
    const { driver, id, server } = await built()
    server.lockedBy = 'owner'
    const error = await failure(driver.delete(id, testCall()))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/locked' })
    expect((error as Error).message).toContain('unlock')
    expect(server.exists).toBe(true)
  })

  it('at any other conflict may be repeated', async () => {
    const { cloud, driver, id } = await built()
    await using _busy = await cloud.server.inject({
      kind: 'status',
      on: 'DELETE /v2.1/servers/{id}',
      status: 409,
      json: conflict('busy'),
    })
    expect(await failure(driver.delete(id, testCall()))).toMatchObject({ code: 'conflict' })
  })
})

describe('delete on a cloud that keeps what is deleted', () => {
  it('leaves it to the cloud, and it counts as deleted', async () => {
    const { cloud, driver, id, server } = await built({}, { softDelete: true })
    await driver.delete(id, testCall())
    await cloud.settle()
    expect(server.status).toBe('SOFT_DELETED')
    expect(await driver.status(id, testCall())).toEqual({ state: 'deleted', raw: 'SOFT_DELETED' })
    clear(cloud)
    await driver.delete(id, testCall())
    expect(trail(cloud)).toEqual([GET])
    expect(await all(driver.list(testCall()))).toEqual([])
    const again = await driver.build(order({ nameIsFresh: true }), testCall())
    expect(again).not.toBe(id)
  })

  it('takes it away for good where the options say so, also what is kept already', async () => {
    const { cloud, driver, connect, id } = await built({ forceDelete: true }, { softDelete: true })
    await driver.delete(id, testCall())
    await cloud.settle()
    expect(cloud.inventory()).toEqual([])
    expect(trail(cloud)).toEqual([GET, ACTION])

    const kept = await driver.build(order({ nameIsFresh: true }), testCall())
    await cloud.settle()
    await connect({ forceDelete: false }).delete(kept, testCall())
    await cloud.settle()
    expect(cloud.named('web-1')?.status).toBe('SOFT_DELETED')
    await driver.delete(kept, testCall())
    await cloud.settle()
    expect(cloud.inventory()).toEqual([])
    await driver.delete(kept, testCall())
  })

  it('for good obeys a lock', async () => {
    const { driver, id, server } = await built({ forceDelete: true })
    server.lockedBy = 'admin'
    expect(await failure(driver.delete(id, testCall()))).toMatchObject({ reason: 'nova/locked' })
  })
})

describe('suspend and resume', () => {
  it('keep the memory, and suspending twice is fine', async () => {
    const { cloud, driver, id } = await built()
    await driver.suspend(id, testCall())
    await cloud.settle()
    expect(await driver.status(id, testCall())).toEqual({ state: 'suspended', raw: 'SUSPENDED' })
    clear(cloud)
    await driver.suspend(id, testCall())
    expect(trail(cloud)).toEqual([GET])
    await driver.resume(id, testCall())
    await cloud.settle()
    expect((await driver.status(id, testCall())).state).toBe('active')
  })

  it('while it is under way is done too', async () => {
    const { driver, id } = await built({}, { actionMs: 60_000 })
    await driver.suspend(id, testCall())
    expect((await driver.status(id, testCall())).state).toBe('suspending')
    expect(await driver.suspend(id, testCall())).toBeUndefined()
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
  })

  it('resume of what somebody paused unpauses it', async () => {
    const { cloud, driver, id, server } = await built()
    cloud.force(server, 'PAUSED')
    await driver.suspend(id, testCall())
    expect(server.status).toBe('PAUSED')
    await driver.resume(id, testCall())
    await cloud.settle()
    expect(server.status).toBe('ACTIVE')
    expect(server.actions.at(-1)?.action).toBe('unpause')
  })

  it.each(['ACTIVE', 'SHUTOFF', 'ERROR', 'BUILD', 'SHELVED'])(
    'resume of what is %s is a NotSuspendedError, and sends no action',
    async (status) => {
      const { cloud, driver, id, server } = await built()
      cloud.force(server, status)
      expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
      expect(trail(cloud)).toEqual([GET])
    },
  )

  it('resume that another was quicker with is a NotSuspendedError, decided on what Nova says now', async () => {
    const { cloud, driver, id, server } = await built()
    cloud.force(server, 'SUSPENDED')
    await using _raced = await cloud.server.inject({
      kind: 'status',
      status: 409,
      json: conflict('anything at all'),
      on: (request) => {
        const isResume = isAction('resume')
        const hit = typeof isResume === 'function' && isResume(request)
        if (hit) cloud.force(server, 'ACTIVE')
        return hit
      },
    })
    const error = (await failure(driver.resume(id, testCall()))) as AmphoraComputeError
    expect(error).toBeInstanceOf(NotSuspendedError)
    expect(error.recovery.tripsBreaker).toBe(false)
    expect(trail(cloud)).toEqual([GET, ACTION, GET])
  })

  it('suspend that another was quicker with is done', async () => {
    const { cloud, driver, id, server } = await built()
    await using _raced = await cloud.server.inject({
      kind: 'status',
      status: 409,
      json: conflict('anything at all'),
      on: ({ template }) => {
        const hit = template === 'POST /v2.1/servers/{id}/action'
        if (hit) cloud.force(server, 'SUSPENDED')
        return hit
      },
    })
    expect(await driver.suspend(id, testCall())).toBeUndefined()
  })

  it.each([
    ['SHUTOFF', undefined, 'failed-precondition', 'nova/wrong-state'],
    ['ERROR', undefined, 'failed-precondition', 'nova/wrong-state'],
    ['ACTIVE', 'image_snapshot', 'conflict', undefined],
    ['BUILD', 'spawning', 'conflict', undefined],
  ])('suspend of what is %s with the task %s is %s', async (status, task, code, reason) => {
    const { cloud, driver, id, server } = await built()
    cloud.force(server, status, task)
    expect(await failure(driver.suspend(id, testCall()))).toMatchObject({ code, reason })
  })

  it.each(['suspend', 'resume'] as const)('%s of what is locked fails for good', async (verb) => {
    const { cloud, driver, id, server } = await built()
    if (verb === 'resume') cloud.force(server, 'SUSPENDED')
    server.lockedBy = 'owner'
    expect(await failure(driver[verb](id, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/locked',
    })
  })

  it('resume under a task that is under way may be repeated', async () => {
    const { cloud, driver, id, server } = await built()
    cloud.force(server, 'SUSPENDED', 'image_snapshot')
    expect(await failure(driver.resume(id, testCall()))).toMatchObject({ code: 'conflict' })
  })

  it.each(['suspend', 'resume'] as const)('%s of what is gone meanwhile is an InstanceNotFoundError', async (verb) => {
    const { cloud, driver, id, server } = await built()
    if (verb === 'resume') cloud.force(server, 'SUSPENDED')
    expect(await failure(driver[verb](ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    await using _gone = await cloud.server.inject({
      kind: 'reset-before',
      on: ({ template }) => {
        if (template === 'POST /v2.1/servers/{id}/action') cloud.remove(server)
        return false
      },
    })
    expect(await failure(driver[verb](id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
  })
})

describe('check', () => {
  it('tells the microversion in use', async () => {
    const { driver } = await start()
    expect(await driver.check(testCall())).toEqual({ version: '2.79', warnings: [] })
  })

  it.each([51, 1])('warns where a Nova of 2.%i gives servers no tags', async (maximum) => {
    const { driver } = await start({}, { maximum })
    const { version, warnings } = await driver.check(testCall())
    expect([version, warnings.length]).toEqual([`2.${maximum}`, 1])
    expect(warnings[0]).toContain('2.52')
  })

  it('refuses a login that has no project, to which Nova shows an empty cloud', async () => {
    const { cloud, connect } = await start({}, { users: [{ name: 'demo', password: 'secret', projects: {} }] })
    const auth = { authUrl: cloud.authUrl, username: 'demo', password: 'secret', userDomainName: 'Default' }
    const driver = connect({ ...optionsFor(cloud), auth, endpointOverride: { compute: cloud.url } })
    const error = await failure(driver.check(testCall()))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/no-project' })
    expect((error as Error).message).toContain('project')
  })

  it('refuses an answer that is none', async () => {
    const { cloud, driver } = await start()
    await using _fault = await cloud.server.inject({ kind: 'wrong-shape', on: 'GET /v2.1/limits', json: {} })
    expect(await failure(driver.check(testCall()))).toMatchObject({ code: 'internal' })
  })
})
