import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { systemClock } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { bench, callOf, contextOf, orderOf } from '../test/bench.ts'
import { createManualClock, noop, World } from './index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('time', () => {
  it('is the machine’s in a world that is told of no clock', () => {
    expect(new World().clock).toBe(systemClock)
  })

  it('is that of the first driver connected, where the world has no clock of its own', () => {
    const world = new World()
    const [first, second] = [createManualClock(), createManualClock()]
    for (const clock of [first, second]) noop({ world }).connect(contextOf('ours', clock))
    expect(world.clock).toBe(first)
  })
})

describe('several drivers on one world', () => {
  it('of one owner share everything: a crash loses nothing', async () => {
    const { driver, driverOf } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    const afterCrash = driverOf('ours')
    expect(await afterCrash.build(orderOf('a'), callOf())).toBe(id)
    expect((await afterCrash.find('a', callOf())).map((amphora) => amphora.id)).toEqual([id])
  })

  it('of two owners do not see one another', async () => {
    const { driver, driverOf } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    const other = driverOf('theirs')
    expect(await other.find('a', callOf())).toEqual([])
    await expect(other.delete(id, callOf())).rejects.toMatchObject({ code: 'permission-denied' })
    await expect(other.build(orderOf('a'), callOf())).rejects.toMatchObject({ reason: 'noop/foreign-name' })
    const groupId = await driver.createPlacementGroup('g', 'affinity', callOf())
    await expect(other.build(orderOf('b', { placementGroupId: groupId }), callOf())).rejects.toMatchObject({
      reason: 'noop/unknown-group',
    })
  })

  it('never get the same id, not even in different worlds', async () => {
    const ids = new Set<string>()
    for (let index = 0; index < 20; index++) ids.add(await bench().driver.build(orderOf('a'), callOf()))
    expect(ids.size).toBe(20)
  })
})

describe('looking', () => {
  it('a snapshot shows sizes and hashes instead of contents, and is plain JSON', async () => {
    const { driver, world } = bench()
    const id = await driver.build(
      orderOf('a', {
        flavor: 'm1',
        keys: ['ssh-ed25519 CANARY'],
        files: [{ path: '/etc/x', bytes: Buffer.from('CANARY file') }],
        userData: Buffer.from('CANARY data'),
      }),
      callOf(),
    )
    const group = await driver.createPlacementGroup('g', 'affinity', callOf())
    const snapshot = world.snapshot()
    expect(snapshot).toEqual({
      takenAt: '2026-01-01T00:00:00.000Z',
      instances: [
        {
          id,
          name: 'a',
          owner: 'ours',
          fingerprint: 'v1:a',
          type: 'VM',
          word: 'building',
          host: 'host-1',
          createdAt: '2026-01-01T00:00:00.000Z',
          flavor: 'm1',
          secGroups: [],
          addresses: [{ ip: '10.0.0.2', networkId: 'default', portId: expect.any(String) }],
          keys: [{ bytes: 18, sha256: sha256('ssh-ed25519 CANARY') }],
          files: [{ path: '/etc/x', bytes: 11, sha256: sha256('CANARY file') }],
          userData: { bytes: 11, sha256: sha256('CANARY data') },
        },
      ],
      ports: [{ id: expect.any(String), networkId: 'default', ip: '10.0.0.2' }],
      groups: [{ id: group, name: 'g', owner: 'ours', policy: 'affinity' }],
    })
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
  })

  it('a snapshot does not change with the world', async () => {
    const { driver, world, clock } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    const before = world.snapshot()
    const copy = structuredClone(before)
    await driver.attachNetworkOrPort(id, { networkId: 'n' }, callOf())
    await clock.advance(1_000)
    expect(before).toEqual(copy)
    expect(world.snapshot()).not.toEqual(copy)
  })

  it('the inventory names instances, ours and others’, and what was made for them', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a', { networkIds: ['n'], portIds: ['callers-own'] }), callOf())
    const foreign = world.plantForeign('b')
    expect(world.inventory().map((entry) => entry.split('/')[0])).toEqual(['instance', 'instance', 'port', 'port'])
    expect(world.inventory()).toEqual(expect.arrayContaining([`instance/${id}`, `instance/${foreign}`]))
    expect(world.inventory().join()).not.toContain('callers-own')
  })

  it('what arrived is a copy', async () => {
    const { driver, world } = bench()
    await driver.build(orderOf('a', { userData: new Uint8Array([1]) }), callOf())
    world.arrived('a').userData?.fill(9)
    expect(world.arrived('a').userData).toEqual(new Uint8Array([1]))
    expect(world.arrived(world.snapshot().instances[0]?.id ?? '').keys).toEqual([])
  })

  it('asking for what does not exist is a RangeError', () => {
    const { world } = bench()
    expect(() => world.arrived('a')).toThrow(RangeError)
    expect(() => world.force('a', 'active')).toThrow('There is no instance of the name or id "a"')
  })
})

describe('meddling', () => {
  it('a foreign instance has what mark it is given, past every limit', () => {
    const { world } = bench({ capacity: 0 })
    world.plantForeign('a')
    world.plantForeign('a', 'theirs')
    expect(world.snapshot().instances.map(({ owner }) => owner)).toEqual([undefined, 'theirs'])
  })

  it('a word by force holds until something changes it', async () => {
    const { driver, world, clock } = bench({ suspendMs: 0, deleteMs: 0 })
    const id = await driver.build(orderOf('a'), callOf())
    world.force('a', 'deleted')
    await clock.advance(1_000_000)
    expect(await driver.status?.(id, callOf())).toEqual({ state: 'deleted', raw: 'deleted' })
    world.force(id, 'active')
    await driver.suspend(id, callOf())
    expect(world.snapshot().instances[0]?.word).toBe('suspended')
    await driver.delete(id, callOf())
    expect(world.inventory()).toEqual([])
  })

  it('a word by force on what is being deleted keeps it', async () => {
    const { driver, world, clock } = bench({ deleteMs: 50 })
    await driver.delete(await driver.build(orderOf('a'), callOf()), callOf())
    world.force('a', 'error')
    await clock.advance(1_000)
    expect(world.snapshot().instances[0]?.word).toBe('error')
  })

  it('there is no room while anybody keeps it exhausted', async () => {
    const { driver, world } = bench()
    const [first, second] = [world.exhaust(), world.exhaust()]
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    await expect(driver.build(orderOf('a'), callOf())).rejects.toMatchObject({ code: 'resource-exhausted' })
    second[Symbol.dispose]()
    await driver.build(orderOf('a'), callOf())
  })
})

it('inspecting a world, a binding or a driver shows nothing of what was built or given', async () => {
  const { driver, world } = bench()
  await driver.build(orderOf('a', { keys: ['CANARY'], userData: Buffer.from('CANARY') }), callOf())
  const binding = noop({ images: ['CANARY'] })
  const deep = { depth: 20, showHidden: true }
  const shown = [world, binding, driver, binding.connect(contextOf('ours', createManualClock()))].map((thing) =>
    inspect(thing, deep),
  )
  expect(shown.join()).not.toContain('CANARY')
  expect(JSON.stringify([world, binding, driver])).not.toContain('CANARY')
})
