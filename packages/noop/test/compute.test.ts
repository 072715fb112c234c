import { createCompute, InvalidRequestError, type Amphora } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { createManualClock, noop, World, type NoopOptions } from '../src/index.ts'

async function lab(options: NoopOptions = {}) {
  const clock = createManualClock()
  const world = new World({ clock })
  const compute = await createCompute({ drivers: { lab: noop({ world, ...options }) }, clock })
  return { clock, world, compute }
}

describe('every verb that is declared works through a Compute', () => {
  it.each(['VM', 'Container', 'BareMetal', 'HWLoadBalancer'] as const)('builds a %s', async (type) => {
    const { clock, compute } = await lab()
    const id = await compute.build({ type, name: 'a' })
    expect(await clock.runUntil(compute.waitFor(id, 'active'))).toMatchObject({ id, type, status: { up: true } })
    await clock.runUntil(compute.close())
  })

  it('takes every field of a request', async () => {
    const { clock, compute, world } = await lab()
    const placementGroupId = await compute.createPlacementGroup({ name: 'g', policy: 'anti-affinity' })
    await compute.build({
      name: 'a',
      flavor: { vcpus: 2, memoryMiB: 2_048 },
      imageId: 'haproxy',
      keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+zLlzKzpRzCZ1rXxVhEVnPwXQwKkRzDkM6ZzTlq1Xx me'],
      secGroups: ['lb'],
      networkIds: ['front', 'back'],
      portIds: ['port-1'],
      configDriveFiles: { '/etc/ü': new Uint8Array([0, 255]), '/etc/empty': '' },
      userData: new Blob(['#cloud-config']),
      placementGroupId,
      availabilityZone: 'north',
    })
    expect([...world.arrived('a').files].map(([path, bytes]) => [path, [...bytes]])).toEqual(
      expect.arrayContaining([
        ['/etc/ü', [0, 255]],
        ['/etc/empty', []],
      ]),
    )
    expect(Buffer.from(world.arrived('a').userData ?? []).toString()).toBe('#cloud-config')
    await compute.deletePlacementGroup(placementGroupId)
    await clock.runUntil(compute.close())
  })

  it('lists, attaches, detaches, suspends, resumes, deletes', async () => {
    const { clock, compute, world } = await lab()
    const id = await compute.build({ name: 'a' })
    await clock.runUntil(compute.waitFor(id, 'active'))
    const address = await compute.attachNetworkOrPort(id, { networkId: 'back' })
    expect((await compute.getAmphora({ name: 'a' })).addresses).toContainEqual(address)
    await compute.detachPort(id, address.portId ?? '')
    const listed: Amphora[] = []
    for await (const amphora of compute.list()) listed.push(amphora)
    expect(listed.map((amphora) => [amphora.id, amphora.addresses.length])).toEqual([[id, 1]])
    await compute.suspend(id)
    await clock.runUntil(compute.waitFor(id, 'suspended'))
    await compute.resume(id)
    await clock.runUntil(compute.waitFor(id, 'active'))
    await compute.delete(id)
    await clock.runUntil(compute.waitFor(id, 'deleted'))
    expect(world.inventory()).toEqual([])
    await clock.runUntil(compute.close())
  })

  it('watches until it is told to stop', async () => {
    const { clock, compute } = await lab()
    const controller = new AbortController()
    const seen: string[] = []
    const watching = (async (): Promise<void> => {
      for await (const { name, status } of compute.watch({ signal: controller.signal }))
        seen.push(`${name} ${status.state}`)
    })()
    const id = await compute.build({ name: 'a' })
    await clock.advance(200)
    await compute.delete(id)
    await clock.advance(200)
    controller.abort()
    await expect(watching).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen).toEqual(['a building', 'a active', 'a deleting', 'a deleted'])
    await clock.runUntil(compute.close())
  })

  it('checks and validates', async () => {
    const compute = await createCompute({ drivers: { lab: noop({ images: ['i'], capacity: 0 }) } })
    expect((await compute.check())[0]).toMatchObject({
      driver: 'lab',
      version: 'noop/1',
      warnings: ['there is no room for another instance'],
    })
    const problems = await compute.validate({ name: 'a', imageId: 'nope' })
    expect(problems).toEqual(['there is no image nope', 'there is no room for another instance'])
    await compute.close()
  })

  it('refuses before anything is sent what its options refuse', async () => {
    const { clock, compute, world } = await lab({ refuses: ['userData'] })
    await expect(compute.build({ name: 'a', userData: 'x' })).rejects.toThrow('userData is refused by the options')
    expect(world.calls.count()).toBe(0)
    await clock.runUntil(compute.close())
  })

  it('refuses a sixth file', async () => {
    const { clock, compute, world } = await lab()
    const configDriveFiles = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`/etc/${index}`, 'x']))
    await expect(compute.build({ name: 'a', configDriveFiles })).rejects.toBeInstanceOf(InvalidRequestError)
    expect(world.calls.count()).toBe(0)
    await clock.runUntil(compute.close())
  })
})

describe('faults through a Compute', () => {
  it('a lost answer and a refused connection are made good by a repeat: one instance, one id', async () => {
    for (const kind of ['lose-response', 'refuse', 'reset'] as const) {
      const { clock, compute, world } = await lab()
      world.script.on('build', { kind })
      const id = await clock.runUntil(compute.build({ name: 'a' }))
      expect(world.snapshot().instances.map((instance) => `lab/${instance.id}`)).toEqual([id])
      await clock.runUntil(compute.close())
    }
  })

  it('a build that hangs ends with its deadline, in doubt', async () => {
    const { clock, compute, world } = await lab()
    world.script.on('build', { kind: 'hang', acts: true }, { times: Infinity })
    await expect(clock.runUntil(compute.build({ name: 'a' }, { timeoutMs: 1_000 }))).rejects.toMatchObject({
      code: 'deadline-exceeded',
      outcome: 'in-doubt',
      amphoraName: 'a',
    })
    await clock.runUntil(compute.close())
  })

  it('a wait ends at once with the fault of a build that fails', async () => {
    const { clock, compute, world } = await lab()
    world.script.on('build', { kind: 'fail-building', fault: 'no bootable device', reason: 'noop/boot' })
    const id = await compute.build({ name: 'a' })
    await expect(clock.runUntil(compute.waitFor(id, 'active'))).rejects.toMatchObject({ reason: 'noop/boot' })
    await compute.delete(id)
    await clock.runUntil(compute.waitFor(id, 'deleted'))
    await clock.runUntil(compute.close())
  })
})
