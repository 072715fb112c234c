import { InstanceNotFoundError } from '@amphora/core'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { ABSENT, bench, clear, failure, NETWORK2, trail, unexpected, type Bench } from './driver.ts'
import type { FakeInstance } from './fake-nova.ts'
import { NETWORK, order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})

interface Built extends Bench {
  readonly id: string
  readonly server: FakeInstance
}

/** One that is active, on the first network. */
async function built(...options: Parameters<typeof bench>): Promise<Built> {
  open = await bench(...options)
  const id = await open.driver.build(order({ nameIsFresh: true }), testCall())
  await open.cloud.settle()
  clear(open.cloud)
  const [server] = open.cloud.servers()
  if (server === undefined) throw new Error('it was built')
  return { ...open, id, server }
}

/** A port that nobody has. */
function port({ cloud }: Bench, networkId = NETWORK2): string {
  return cloud.neutron.createPort({ networkId, projectId: cloud.keystone.projectId('demo') }).id
}

const POST = 'POST /v2.1/servers/{id}/os-interface'
const DELETE = 'DELETE /v2.1/servers/{id}/os-interface/{port}'
const WITHOUT_POST = ['nova GET /v2.1/servers/{id}', 'nova GET /v2.1/servers/{id}/os-interface']

function said(status: number, message: string): { readonly status: number; readonly json: object } {
  const words: Readonly<Record<number, string>> = { 400: 'badRequest', 403: 'forbidden', 404: 'itemNotFound' }
  return { status, json: { [words[status] ?? 'conflictingRequest']: { code: status, message } } }
}

describe('attaching', () => {
  it('a network makes a port on it, whose address it gives', async () => {
    const { cloud, driver, id } = await built()
    const address = await driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall())
    const [, made] = cloud.neutron.portsOf(id)
    expect(address).toEqual({
      ip: made?.settings.fixedIps[0]?.ip_address,
      family: 4,
      networkId: NETWORK2,
      portId: made?.id,
      mac: made?.macAddress,
    })
    expect(cloud.server.requests(POST)[0]?.json()).toEqual({ interfaceAttachment: { net_id: NETWORK2 } })
    const { addresses } = await driver.getAmphora(id, testCall())
    expect(addresses.map(({ networkId }) => networkId)).toEqual([NETWORK, NETWORK2])
  })

  it('a network with an address takes that address', async () => {
    const { cloud, driver, id } = await built()
    const ipAddress = '10.20.0.77'
    const address = await driver.attachNetworkOrPort(id, { networkId: NETWORK2, ipAddress }, testCall())
    expect(address.ip).toBe(ipAddress)
    expect(cloud.server.requests(POST)[0]?.json()).toEqual({
      interfaceAttachment: { net_id: NETWORK2, fixed_ips: [{ ip_address: ipAddress }] },
    })
  })

  it('a port takes that port', async () => {
    const made = await built()
    const portId = port(made)
    const address = await made.driver.attachNetworkOrPort(made.id, { portId }, testCall())
    expect(address).toMatchObject({ portId, networkId: NETWORK2 })
    expect(made.cloud.server.requests(POST)[0]?.json()).toEqual({ interfaceAttachment: { port_id: portId } })
  })

  it('what is attached already is the answer, and attaches nothing', async () => {
    const made = await built()
    const { cloud, driver, id } = made
    const portId = port(made)
    const targets = [{ networkId: NETWORK2 }, { portId }, { networkId: NETWORK2, ipAddress: '10.20.0.77' }]
    for (const target of targets) {
      const first = await driver.attachNetworkOrPort(id, target, testCall())
      clear(cloud)
      expect(await driver.attachNetworkOrPort(id, target, testCall())).toEqual(first)
      expect(trail(cloud)).toEqual(WITHOUT_POST)
    }
    expect(cloud.neutron.portsOf(id)).toHaveLength(1 + 3)
  })

  it('what another attach was quicker with is the answer', async () => {
    const made = await built()
    const portId = port(made)
    await using _raced = await made.cloud.server.inject({
      kind: 'reset-before',
      on: ({ template }) => {
        if (template === POST) made.cloud.compute.attach(made.server, { portId })
        return false
      },
    })
    expect(await made.driver.attachNetworkOrPort(made.id, { portId }, testCall())).toMatchObject({ portId })
  })

  it('reads an undefined half of a target as absent', async () => {
    const { driver, id } = await built()
    const target = { networkId: NETWORK2, portId: undefined, ipAddress: undefined } as never
    expect(await driver.attachNetworkOrPort(id, target, testCall())).toMatchObject({ networkId: NETWORK2 })
  })

  it.each([{ networkId: 'net2' }, { portId: 'p' }, { portId: '../x' }])(
    'with what is no id is refused before anything of it is sent: %j',
    async (target) => {
      const { cloud, driver, id } = await built()
      expect(await failure(driver.attachNetworkOrPort(id, target, testCall()))).toMatchObject({
        code: 'invalid-argument',
        reason: 'nova/not-a-uuid',
      })
      expect(cloud.server.count(POST)).toBe(0)
    },
  )
})

describe('an attach that fails', () => {
  it.each([
    ['a port that is not there', { portId: ABSENT }, 'not-found', 'nova/no-such-network'],
    ['a network that is not there', { networkId: ABSENT }, 'not-found', 'nova/no-such-network'],
    [
      'an address that the network does not have',
      { networkId: NETWORK2, ipAddress: '192.0.2.1' },
      'invalid-argument',
      'nova/foreign-address',
    ],
  ] as const)('for %s says so', async (_what, target, code, reason) => {
    const { driver, id, cloud } = await built()
    expect(await failure(driver.attachNetworkOrPort(id, target, testCall()))).toMatchObject({ code, reason })
    expect(cloud.neutron.portsOf(id)).toHaveLength(1)
  })

  it('for a port that another server has', async () => {
    const made = await built()
    const portId = port(made)
    await made.driver.build(order({ nameIsFresh: true, name: 'other', portIds: [portId] }), testCall())
    await made.cloud.settle()
    expect(await failure(made.driver.attachNetworkOrPort(made.id, { portId }, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/port-in-use',
    })
  })

  it('for an address that somebody has', async () => {
    const made = await built()
    const taken = made.cloud.neutron.port(port(made))?.settings.fixedIps[0]?.ip_address ?? ''
    const target = { networkId: NETWORK2, ipAddress: taken }
    expect(await failure(made.driver.attachNetworkOrPort(made.id, target, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/address-in-use',
    })
  })

  it('for a network without a free address, and for the quota of ports', async () => {
    const { cloud, driver, id } = await built()
    const attach = (): Promise<unknown> => failure(driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall()))
    cloud.neutron.noAddresses = true
    expect(await attach()).toMatchObject({ code: 'resource-exhausted', reason: 'nova/no-address' })
    cloud.neutron.noAddresses = false
    cloud.neutron.quota.port = 1
    expect(await attach()).toMatchObject({ code: 'resource-exhausted', reason: 'nova/port-quota' })
  })

  it.each([
    [said(400, 'Failed to claim PCI device'), 'resource-exhausted', 'nova/no-device'],
    [said(403, "Policy doesn't allow it"), 'permission-denied', undefined],
    [{ status: 500, json: { computeFault: { code: 500, message: 'Failed to attach' } } }, 'internal', undefined],
    [said(409, 'something that nobody has seen'), 'conflict', undefined],
  ] as const)('by the words of Nova: %j is %s', async (answer, code, reason) => {
    const { cloud, driver, id } = await built()
    await using _fault = await cloud.server.inject({ kind: 'status', on: POST, ...answer })
    const error = await failure(driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall()))
    expect(error).toMatchObject({ code, reason })
    expect((error as Error).message).not.toContain(JSON.stringify(answer).slice(40, 60))
  })

  it('for a server that is locked, or in a state in which nothing can be plugged, does so for good', async () => {
    const { cloud, driver, id, server } = await built()
    const attach = (): Promise<unknown> => failure(driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall()))
    cloud.force(server, 'SUSPENDED')
    expect(await attach()).toMatchObject({ code: 'failed-precondition', reason: 'nova/wrong-state' })
    cloud.force(server, 'ACTIVE', 'image_snapshot')
    expect(await attach()).toMatchObject({ code: 'conflict' })
    cloud.force(server, 'ACTIVE')
    server.lockedBy = 'owner'
    expect(await attach()).toMatchObject({ code: 'failed-precondition', reason: 'nova/locked' })
  })

  it.each(['GET /v2.1/servers/{id}/os-interface', POST])(
    'for a server that is gone meanwhile, at %s, is an InstanceNotFoundError',
    async (at) => {
      const { cloud, driver, id, server } = await built()
      await using _gone = await cloud.server.inject({
        kind: 'reset-before',
        on: ({ template }) => {
          if (template === at) cloud.remove(server)
          return false
        },
      })
      const error = await failure(driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall()))
      expect(error).toBeInstanceOf(InstanceNotFoundError)
    },
  )

  it('for a server that is not there is an InstanceNotFoundError', async () => {
    const { driver } = await built()
    const error = await failure(driver.attachNetworkOrPort(ABSENT, { networkId: NETWORK2 }, testCall()))
    expect(error).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(driver.detachPort(ABSENT, ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
  })

  it('for a port without any address says that it is attached', async () => {
    const networks = [
      { name: 'net1', id: NETWORK },
      { name: 'layer2', id: NETWORK2, ipv4: false as const },
    ]
    const { driver, id } = await built({}, { networks })
    expect(await failure(driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/no-address',
    })
  })
})

describe('detaching', () => {
  it('takes away what Nova made, and frees what it was given', async () => {
    const made = await built()
    const { cloud, driver, id } = made
    const given = port(made)
    await driver.attachNetworkOrPort(id, { portId: given }, testCall())
    for (const { id: portId } of cloud.neutron.portsOf(id)) await driver.detachPort(id, portId, testCall())
    await cloud.settle()
    expect(cloud.neutron.ports().map((one) => [one.id, one.settings.deviceId])).toEqual([[given, '']])
    expect((await driver.getAmphora(id, testCall())).addresses).toEqual([])
  })

  it('of what is not attached, or not there, resolves', async () => {
    const made = await built()
    await made.driver.detachPort(made.id, port(made), testCall())
    await made.driver.detachPort(made.id, ABSENT, testCall())
    clear(made.cloud)
    await made.driver.detachPort(made.id, 'eth0', testCall())
    expect(trail(made.cloud)).toEqual(['nova GET /v2.1/servers/{id}'])
    expect(made.cloud.neutron.portsOf(made.id)).toHaveLength(1)
    expect(unexpected(made.cloud)).toEqual([])
  })

  it('of a port that Nova says is not there resolves', async () => {
    const { cloud, driver, id } = await built()
    await using _fault = await cloud.server.inject({ kind: 'status', on: DELETE, ...said(404, 'Port x not found') })
    expect(await driver.detachPort(id, ABSENT, testCall())).toBeUndefined()
  })

  it('tells every other failure', async () => {
    const { cloud, driver, id, server } = await built()
    const [own] = cloud.neutron.portsOf(id)
    const detach = (): Promise<unknown> => failure(driver.detachPort(id, own?.id ?? '', testCall()))
    cloud.force(server, 'SUSPENDED')
    expect(await detach()).toMatchObject({ code: 'failed-precondition', reason: 'nova/wrong-state' })
    cloud.force(server, 'ACTIVE', 'image_snapshot')
    expect(await detach()).toMatchObject({ code: 'conflict' })
    cloud.force(server, 'ACTIVE')
    server.lockedBy = 'admin'
    expect(await detach()).toMatchObject({ code: 'failed-precondition', reason: 'nova/locked' })
    server.lockedBy = undefined
    await using _fault = await cloud.server.inject({ kind: 'status', on: DELETE, status: 500 })
    expect(await detach()).toMatchObject({ code: 'internal' })
    expect(cloud.neutron.portsOf(id)).toHaveLength(1)
  })
})
