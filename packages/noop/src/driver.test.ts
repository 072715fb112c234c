import { AmphoraBuildError, DeleteFailed, InstanceNotFoundError, NotSuspendedError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { bench, callOf, collect, orderOf } from '../test/bench.ts'

describe('build', () => {
  it('resolves with an id while the world is still building', async () => {
    const { driver, clock } = bench({ buildMs: 1_000 })
    const id = await driver.build(orderOf('a'), callOf())
    expect((await driver.getAmphora(id, callOf())).status).toEqual({ state: 'building', raw: 'building' })
    await clock.advance(1_000)
    expect((await driver.getAmphora(id, callOf())).status).toEqual({ state: 'active', raw: 'active' })
  })

  it('gives the same name and fingerprint the same id, and makes one instance', async () => {
    const { driver, world } = bench()
    const ids = await Promise.all(Array.from({ length: 10 }, () => driver.build(orderOf('a'), callOf())))
    expect(new Set(ids).size).toBe(1)
    expect(world.snapshot().instances).toHaveLength(1)
  })

  it('refuses another order under a name, and leaves the first one as it was', async () => {
    const { driver, world } = bench()
    await driver.build(orderOf('a'), callOf())
    const before = world.snapshot().instances
    const refused = driver.build(orderOf('a', { fingerprint: 'v1:other' }), callOf())
    await expect(refused).rejects.toMatchObject({
      code: 'already-exists',
      reason: 'noop/other-order',
      outcome: 'not-created',
    })
    expect(world.snapshot().instances).toEqual(before)
  })

  it('neither adopts nor touches an instance of that name that is not ours', async () => {
    const { driver, world } = bench()
    world.plantForeign('a')
    const before = world.snapshot().instances
    const refused = driver.build(orderOf('a'), callOf())
    await expect(refused).rejects.toBeInstanceOf(AmphoraBuildError)
    await expect(refused).rejects.toMatchObject({ code: 'already-exists', reason: 'noop/foreign-name' })
    expect(world.snapshot().instances).toEqual(before)
  })

  it('gives the id of a stopped or failed instance of the same order', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    for (const word of ['stopped', 'error']) {
      world.force('a', word)
      expect(await driver.build(orderOf('a'), callOf())).toBe(id)
    }
  })

  it('is a conflict while the namesake is being deleted, and gives a new id once that is gone', async () => {
    const { driver, clock } = bench({ deleteMs: 50 })
    const first = await driver.build(orderOf('a'), callOf())
    await driver.delete(first, callOf())
    await expect(driver.build(orderOf('a'), callOf())).rejects.toMatchObject({
      code: 'conflict',
      reason: 'noop/being-deleted',
    })
    await clock.advance(50)
    expect(await driver.build(orderOf('a'), callOf())).not.toBe(first)
  })

  it('carries everything that was ordered into the instance', async () => {
    const { driver, world } = bench()
    const order = orderOf('a', {
      type: 'BareMetal',
      flavor: { vcpus: 2, memoryMiB: 4096, storageGiB: 20 },
      imageId: 'haproxy',
      keys: ['ssh-ed25519 AAAA one', 'ssh-ed25519 BBBB two'],
      networkIds: ['front', 'back'],
      portIds: ['port-1'],
      files: [{ path: '/etc/x', bytes: new Uint8Array([0, 255]) }],
      userData: new Uint8Array([1, 2, 3]),
      availabilityZone: 'north',
    })
    const id = await driver.build(order, callOf())
    const arrived = world.arrived('a')
    expect([...arrived.files]).toEqual([['/etc/x', new Uint8Array([0, 255])]])
    expect(arrived.userData).toEqual(new Uint8Array([1, 2, 3]))
    expect(arrived.keys).toEqual(order.keys)
    const amphora = await driver.getAmphora(id, callOf())
    expect(amphora).toMatchObject({
      id,
      name: 'a',
      type: 'BareMetal',
      flavor: '2 vcpu, 4096 MiB, 20 GiB',
      imageId: 'haproxy',
      availabilityZone: 'north',
      createdAt: '2026-01-01T00:00:00.000Z',
    })
    expect(amphora.addresses.map(({ networkId }) => networkId)).toEqual(['front', 'back', 'default'])
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
  })

  it('does not change what arrived when the caller reuses its bytes', async () => {
    const { driver, world } = bench()
    const bytes = new Uint8Array([1])
    await driver.build(orderOf('a', { files: [{ path: '/x', bytes }], userData: bytes }), callOf())
    bytes[0] = 9
    expect(world.arrived('a').userData).toEqual(new Uint8Array([1]))
    expect(world.arrived('a').files.get('/x')).toEqual(new Uint8Array([1]))
  })

  it.each([
    [{ imageId: 'nope' }, 'noop/unknown-image'],
    [{ flavor: 'nope' }, 'noop/unknown-flavor'],
    [{ availabilityZone: 'nope' }, 'noop/unknown-zone'],
    [{ networkIds: ['nope'] }, 'noop/unknown-network'],
    [{ secGroups: ['nope'] }, 'noop/unknown-security-group'],
    [{ placementGroupId: 'nope' }, 'noop/unknown-group'],
  ])('refuses %o and leaves nothing behind', async (more, reason) => {
    const { driver, world } = bench({ images: ['i'], flavors: ['f'], zones: ['z'], networks: ['n'], secGroups: ['s'] })
    const refused = driver.build(orderOf('a', more), callOf())
    await expect(refused).rejects.toMatchObject({ code: 'not-found', reason, outcome: 'not-created' })
    expect(world.inventory()).toEqual([])
  })

  it('takes what the lists hold, the default network, and a size instead of a flavor', async () => {
    const { driver } = bench({ images: ['i'], flavors: ['f'], zones: ['z'], networks: ['n'], secGroups: ['s'] })
    const named = { imageId: 'i', flavor: 'f', availabilityZone: 'z', networkIds: ['n', 'default'], secGroups: ['s'] }
    const ids = [
      await driver.build(orderOf('a', named), callOf()),
      await driver.build(orderOf('b', { flavor: { vcpus: 1 } }), callOf()),
    ]
    expect(new Set(ids).size).toBe(2)
  })

  it('refuses what there is no room for, and leaves nothing behind', async () => {
    const { driver, world } = bench({ capacity: 1 })
    await driver.build(orderOf('a'), callOf())
    const before = world.inventory()
    const refused = driver.build(orderOf('b'), callOf())
    await expect(refused).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'noop/no-capacity',
      outcome: 'not-created',
    })
    expect(world.inventory()).toEqual(before)
  })

  it('gives ports back when one of several cannot be had', async () => {
    const { driver, world } = bench()
    await driver.build(orderOf('a', { portIds: ['p'] }), callOf())
    const before = world.inventory()
    const refused = driver.build(orderOf('b', { networkIds: ['n'], portIds: ['q', 'p'] }), callOf())
    await expect(refused).rejects.toMatchObject({ code: 'failed-precondition', reason: 'noop/port-in-use' })
    expect(world.inventory()).toEqual(before)
    await driver.build(orderOf('c', { portIds: ['q'] }), callOf())
  })

  it('does what a placement group says, and refuses when the hosts run out', async () => {
    const { driver, world, clock } = bench({ hosts: 2 })
    const placementGroupId = await driver.createPlacementGroup('g', 'anti-affinity', callOf())
    for (const name of ['a', 'b']) await driver.build(orderOf(name, { placementGroupId }), callOf())
    const before = world.inventory()
    const refused = driver.build(orderOf('c', { placementGroupId, networkIds: ['n'] }), callOf())
    await expect(refused).rejects.toMatchObject({ code: 'resource-exhausted', reason: 'noop/no-host' })
    expect(world.inventory()).toEqual(before)
    expect(new Set(world.snapshot().instances.map(({ host }) => host)).size).toBe(2)
    const [a] = await driver.find('a', callOf())
    await driver.delete(a?.id ?? '', callOf())
    await clock.advance(50)
    await driver.build(orderOf('c', { placementGroupId }), callOf())
    expect(new Set(world.snapshot().instances.map(({ host }) => host)).size).toBe(2)
  })
})

describe('build in a world without unique names', () => {
  const laws = { uniqueNames: false }

  it('looks before it builds under a name that may be taken', async () => {
    const { driver, world } = bench(laws)
    const id = await driver.build(orderOf('a'), callOf())
    expect(await driver.build(orderOf('a'), callOf())).toBe(id)
    await expect(driver.build(orderOf('a', { fingerprint: 'v1:other' }), callOf())).rejects.toMatchObject({
      reason: 'noop/other-order',
      outcome: 'not-created',
    })
    expect([world.calls.count('find'), world.calls.count('build')]).toEqual([3, 1])
  })

  it('has created nothing where the look before it fails', async () => {
    const { driver, world } = bench(laws)
    world.script.on('find', { kind: 'reset' })
    await expect(driver.build(orderOf('a'), callOf())).rejects.toMatchObject({
      name: 'AmphoraBuildError',
      code: 'unavailable',
      reason: 'noop/reset',
      outcome: 'not-created',
    })
    expect(world.calls.count('build')).toBe(0)
  })

  it('does not look where core made the name', async () => {
    const { driver, world } = bench(laws)
    await driver.build(orderOf('a', { nameIsFresh: true }), callOf())
    expect([world.calls.count('find'), world.calls.count('build')]).toEqual([0, 1])
  })

  it('lets two builders that look at the same moment make two, which find shows', async () => {
    const { driver, driverOf, clock } = bench(laws, { latencyMs: 10 })
    const other = driverOf('ours')
    const ids = await clock.runUntil(
      Promise.all([driver.build(orderOf('a'), callOf()), other.build(orderOf('a'), callOf())]),
    )
    const found = await clock.runUntil(driver.find('a', callOf()))
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(2)
  })

  it('builds beside a foreign namesake, and beside one that is being deleted', async () => {
    const { driver, world } = bench(laws)
    const foreign = world.plantForeign('a')
    const first = await driver.build(orderOf('a'), callOf())
    await driver.delete(first, callOf())
    const second = await driver.build(orderOf('a'), callOf())
    expect(new Set([foreign, first, second]).size).toBe(3)
  })
})

describe('delete', () => {
  it('is accepted at once; until it is gone it says deleting', async () => {
    const { driver, world, clock } = bench({ deleteMs: 50 })
    const id = await driver.build(orderOf('a', { networkIds: ['n'], portIds: ['p'] }), callOf())
    await driver.delete(id, callOf())
    expect((await driver.getAmphora(id, callOf())).status.state).toBe('deleting')
    await clock.advance(50)
    await expect(driver.getAmphora(id, callOf())).rejects.toBeInstanceOf(InstanceNotFoundError)
    expect(world.inventory()).toEqual([])
  })

  it('resolves twice, of what never was, and while it is building', async () => {
    const { driver, clock, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    await driver.delete(id, callOf())
    await driver.delete(id, callOf())
    await clock.advance(50)
    await driver.delete(id, callOf())
    await driver.delete('never-was', callOf())
    expect(world.inventory()).toEqual([])
  })

  it('leaves what is not ours alone, and says so', async () => {
    const { driver, world } = bench()
    const id = world.plantForeign('a', 'theirs')
    const refused = driver.delete(id, callOf())
    await expect(refused).rejects.toBeInstanceOf(DeleteFailed)
    await expect(refused).rejects.toMatchObject({ code: 'permission-denied', reason: 'noop/foreign' })
    expect(world.snapshot().instances[0]?.word).toBe('active')
  })

  it('makes room', async () => {
    const { driver, clock } = bench({ capacity: 1, deleteMs: 10 })
    await driver.delete(await driver.build(orderOf('a'), callOf()), callOf())
    await expect(driver.build(orderOf('b'), callOf())).rejects.toMatchObject({ reason: 'noop/no-capacity' })
    await clock.advance(10)
    await driver.build(orderOf('b'), callOf())
  })
})

describe('reading', () => {
  it('knows neither what never was nor what is not ours', async () => {
    const { driver, world } = bench()
    const foreign = world.plantForeign('a')
    for (const id of ['never-was', foreign]) {
      await expect(driver.status?.(id, callOf())).rejects.toBeInstanceOf(InstanceNotFoundError)
      await expect(driver.getAmphora(id, callOf())).rejects.toMatchObject({ code: 'not-found', reason: 'noop/absent' })
    }
    expect(await driver.find('a', callOf())).toEqual([])
    expect(await driver.find('b', callOf())).toEqual([])
    expect(await collect(driver.list(callOf()))).toEqual([])
  })

  it('tells a status with the fault where there is one', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.force(id, 'error', { fault: 'no bootable device', reason: 'noop/boot' })
    expect(await driver.status?.(id, callOf())).toEqual({
      state: 'error',
      raw: 'error',
      fault: 'no bootable device',
      reason: 'noop/boot',
    })
  })

  it('takes a word that nobody knows for unknown', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.force('a', 'REBALANCING')
    expect(await driver.status?.(id, callOf())).toEqual({ state: 'unknown', raw: 'REBALANCING' })
  })

  it('lists page by page, without doubles or gaps when the list changes under it', async () => {
    const { driver, world, clock } = bench({ deleteMs: 0 }, { pageSize: 3 })
    const ids: string[] = []
    for (let index = 0; index < 8; index++) ids.push(await driver.build(orderOf(`a${index}`), callOf()))
    const seen: string[] = []
    for await (const { id } of driver.list(callOf())) {
      seen.push(id)
      if (seen.length !== 2) continue
      await driver.delete(ids[0] ?? '', callOf())
      await driver.delete(ids[5] ?? '', callOf())
      await driver.build(orderOf('late'), callOf())
      await clock.advance(1)
    }
    const late = (await driver.find('late', callOf()))[0]?.id
    expect(seen).toEqual([...ids.filter((_, index) => index !== 5), late])
    expect(world.calls.count('list')).toBe(3)
  })

  it('ends a list whose last page is full', async () => {
    const { driver, world } = bench({}, { pageSize: 2 })
    for (const name of ['a', 'b']) await driver.build(orderOf(name), callOf())
    expect(await collect(driver.list(callOf()))).toHaveLength(2)
    expect(world.calls.count('list')).toBe(2)
  })
})

describe('suspend and resume', () => {
  it('go there and back under the same id and addresses', async () => {
    const { driver, clock } = bench({ buildMs: 0, suspendMs: 10, resumeMs: 10 })
    const id = await driver.build(orderOf('a'), callOf())
    const before = await driver.getAmphora(id, callOf())
    const states: (string | undefined)[] = []
    const note = async (): Promise<void> => void states.push((await driver.status?.(id, callOf()))?.state)
    await driver.suspend(id, callOf())
    await note()
    await clock.advance(10)
    await note()
    await driver.suspend(id, callOf())
    await driver.resume(id, callOf())
    await note()
    await clock.advance(10)
    await note()
    expect(states).toEqual(['suspending', 'suspended', 'resuming', 'active'])
    expect(await driver.getAmphora(id, callOf())).toEqual(before)
  })

  it('resuming what is not suspended is a NotSuspendedError', async () => {
    const { driver } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    await expect(driver.resume(id, callOf())).rejects.toBeInstanceOf(NotSuspendedError)
  })

  it('suspending while it is building is a conflict', async () => {
    const { driver } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    await expect(driver.suspend(id, callOf())).rejects.toMatchObject({ code: 'conflict', reason: 'noop/busy' })
  })

  it('know what never was, and refuse what is not ours', async () => {
    const { driver, world } = bench()
    const foreign = world.plantForeign('a')
    for (const verb of ['suspend', 'resume'] as const) {
      await expect(driver[verb]('never-was', callOf())).rejects.toBeInstanceOf(InstanceNotFoundError)
      await expect(driver[verb](foreign, callOf())).rejects.toMatchObject({ code: 'permission-denied' })
    }
    expect(world.snapshot().instances[0]?.word).toBe('active')
  })
})

describe('attach and detach', () => {
  it('attach a network once however often it is said, and report its address', async () => {
    const { driver } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    const address = await driver.attachNetworkOrPort(id, { networkId: 'back' }, callOf())
    expect(await driver.attachNetworkOrPort(id, { networkId: 'back' }, callOf())).toEqual(address)
    expect((await driver.getAmphora(id, callOf())).addresses.slice(1)).toEqual([address])
    const asked = { networkId: 'back', ipAddress: '10.1.9.9' }
    expect(await driver.attachNetworkOrPort(id, asked, callOf())).toMatchObject({ ip: '10.1.9.9', family: 4 })
    expect(await driver.attachNetworkOrPort(id, asked, callOf())).toMatchObject({ ip: '10.1.9.9' })
    expect((await driver.getAmphora(id, callOf())).addresses).toHaveLength(3)
  })

  it('attach a port, detach it as often as one likes, and leave it to another', async () => {
    const { driver } = bench()
    const [a, b] = [await driver.build(orderOf('a'), callOf()), await driver.build(orderOf('b'), callOf())]
    const address = await driver.attachNetworkOrPort(a, { portId: 'p' }, callOf())
    expect(await driver.attachNetworkOrPort(a, { portId: 'p' }, callOf())).toEqual(address)
    await expect(driver.attachNetworkOrPort(b, { portId: 'p' }, callOf())).rejects.toMatchObject({
      reason: 'noop/port-in-use',
    })
    await driver.detachPort(a, 'p', callOf())
    await driver.detachPort(a, 'p', callOf())
    expect(await driver.attachNetworkOrPort(b, { portId: 'p' }, callOf())).toEqual(address)
  })

  it('take a port away with the instance it was made for', async () => {
    const { driver, world, clock } = bench({ deleteMs: 0 })
    const id = await driver.build(orderOf('a'), callOf())
    await driver.attachNetworkOrPort(id, { networkId: 'back' }, callOf())
    await driver.delete(id, callOf())
    await clock.advance(0)
    expect(world.inventory()).toEqual([])
  })

  it('refuse an unknown network, and what is not ours', async () => {
    const { driver, world } = bench({ networks: ['n'] })
    const id = await driver.build(orderOf('a'), callOf())
    const foreign = world.plantForeign('b')
    await expect(driver.attachNetworkOrPort(id, { networkId: 'x' }, callOf())).rejects.toMatchObject({
      reason: 'noop/unknown-network',
    })
    await expect(driver.attachNetworkOrPort(foreign, { networkId: 'n' }, callOf())).rejects.toMatchObject({
      reason: 'noop/foreign',
    })
    await expect(driver.detachPort(foreign, 'p', callOf())).rejects.toMatchObject({ reason: 'noop/foreign' })
  })
})

describe('placement groups', () => {
  it('are made once, and deleted as often as one likes, by their owner', async () => {
    const { driver, driverOf, world } = bench()
    const id = await driver.createPlacementGroup('g', 'affinity', callOf())
    expect(await driver.createPlacementGroup('g', 'affinity', callOf())).toBe(id)
    expect(world.inventory()).toEqual([`group/${id}`])
    await expect(driverOf('theirs').deletePlacementGroup(id, callOf())).rejects.toMatchObject({
      code: 'permission-denied',
    })
    await driver.deletePlacementGroup(id, callOf())
    await driver.deletePlacementGroup(id, callOf())
    expect(world.inventory()).toEqual([])
  })
})

describe('check, validate, refuse', () => {
  it('checks, and warns when there is no room', async () => {
    const { driver, world } = bench()
    expect(await driver.check(callOf())).toEqual({ version: 'noop/1', warnings: [] })
    const full = world.exhaust()
    expect((await driver.check(callOf())).warnings).toEqual(['there is no room for another instance'])
    full[Symbol.dispose]()
    expect((await driver.check(callOf())).warnings).toEqual([])
  })

  it('names everything that would fail, at once, and changes nothing', async () => {
    const { driver, world } = bench({ images: [], flavors: [], zones: [], networks: [], secGroups: [], capacity: 0 })
    const problems = await driver.validate?.(
      orderOf('a', {
        imageId: 'i',
        flavor: 'f',
        availabilityZone: 'z',
        networkIds: ['n', 'm'],
        secGroups: ['s'],
        placementGroupId: 'g',
      }),
      callOf(),
    )
    expect(problems).toEqual([
      'there is no image i',
      'there is no flavor f',
      'there is no availability zone z',
      'there is no network n',
      'there is no network m',
      'there is no security group s',
      'there is no placement group g of ours',
      'there is no room for another instance',
    ])
    expect(world.inventory()).toEqual([])
    expect(await bench().driver.validate?.(orderOf('a'), callOf())).toEqual([])
  })

  it('refuses the fields that its options name, where they are given', () => {
    const { driver } = bench({}, { refuses: ['userData', 'configDriveFiles', 'keys', 'imageId'] })
    const order = orderOf('a', { userData: new Uint8Array(), files: [{ path: '/x', bytes: new Uint8Array() }] })
    expect(driver.refuse?.(order)?.map((problem) => problem.split(' ')[0])).toEqual(['userData', 'configDriveFiles'])
    expect(driver.refuse?.(orderOf('a'))).toEqual([])
  })
})
