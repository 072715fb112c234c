import { type AmphoraComputeError, InstanceNotFoundError, NotImplementedError, NotSuspendedError } from '@amphora/core'
import { afterEach, describe, expect, it } from 'vitest'
import { testCall, testOrder } from './call.ts'
import { all, bench, failure, type Bench } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}
async function built(...options: Parameters<typeof bench>): Promise<Bench & { readonly id: string }> {
  const made = await start(...options)
  const id = await made.driver.build(testOrder(), testCall())
  made.engine.server.clear()
  return { ...made, id }
}

const ABSENT = '0'.repeat(64)

describe('requests at the socket', () => {
  const file = { path: '/x', bytes: new Uint8Array(1) }

  it.each([
    ['nothing to put into it', {}, 2],
    ['files', { files: [file] }, 3],
    ['keys', { keys: ['ssh-rsa A'] }, 3],
    ['user data', { userData: new Uint8Array(1) }, 3],
    ['files, keys and user data', { files: [file], keys: ['ssh-rsa A'], userData: new Uint8Array(1) }, 3],
    ['one network', { networkIds: ['front'] }, 2],
    ['three networks, and one question for the version', { networkIds: ['front', 'mid', 'back'] }, 4 + 1],
  ])('of a build with %s: %j', async (_what, order, count) => {
    const { engine, driver } = await start({}, { networks: ['front', 'mid', 'back'] })
    await driver.build(testOrder(order), testCall())
    expect(engine.server.count()).toBe(count)
  })

  it('of a second build with three networks are four', async () => {
    const { engine, driver } = await start({}, { networks: ['front', 'mid', 'back'] })
    const order = testOrder({ networkIds: ['front', 'mid', 'back'] })
    await driver.build(order, testCall())
    engine.server.clear()
    await driver.build({ ...order, name: 'web-2' }, testCall())
    expect(engine.server.count()).toBe(4)
  })

  it('of a build with three networks on API 1.44 are two, and one question for the version', async () => {
    const { engine, driver } = await start({}, { apiVersion: '1.44', networks: ['front', 'mid', 'back'] })
    await driver.build(testOrder({ networkIds: ['front', 'mid', 'back'] }), testCall())
    expect(engine.server.count()).toBe(2 + 1)
  })

  it.each([
    ['status', 1],
    ['getAmphora', 1],
    ['find', 1],
    ['list', 1],
    ['check', 1],
    ['delete', 2],
    ['suspend', 2],
    ['resume', 2],
    ['attachNetworkOrPort', 3],
    ['detachPort', 2],
  ] as const)('of %s: %d', async (verb, count) => {
    const { engine, driver, id } = await built({}, { networks: ['front'] })
    const call = testCall()
    if (verb === 'resume') await driver.suspend(id, call)
    engine.server.clear()
    if (verb === 'find') await driver.find('web-1', call)
    else if (verb === 'list') await all(driver.list(call))
    else if (verb === 'check') await driver.check(call)
    else if (verb === 'attachNetworkOrPort') await driver.attachNetworkOrPort(id, { networkId: 'front' }, call)
    else if (verb === 'detachPort') await driver.detachPort(id, 'bridge', call)
    else if (verb === 'status') await driver.status?.(id, call)
    else await driver[verb](id, call)
    expect(engine.server.count()).toBe(count)
  })

  it('are none before the first call', async () => {
    const { engine, connect } = await start()
    connect()
    expect(engine.server.count()).toBe(0)
  })
})

describe('reading', () => {
  it('tells what there is', async () => {
    const { driver, id } = await built()
    const amphora = await driver.getAmphora(id, testCall())
    expect(amphora).toMatchObject({ id, name: 'web-1', type: 'Container', status: { state: 'active', raw: 'running' } })
    expect(await driver.status?.(id, testCall())).toEqual(amphora.status)
    expect(await driver.find('web-1', testCall())).toEqual([amphora])
    expect(await all(driver.list(testCall()))).toEqual([amphora])
  })

  it('of what is not there is an InstanceNotFoundError after one request', async () => {
    const { engine, driver } = await start()
    for (const verb of ['status', 'getAmphora'] as const) {
      expect(await failure(driver[verb]?.(ABSENT, testCall()) ?? Promise.resolve())).toBeInstanceOf(
        InstanceNotFoundError,
      )
    }
    expect(engine.server.count()).toBe(2)
    expect(await driver.find('web-9', testCall())).toEqual([])
  })

  it('never takes the name of a container, or the beginning of an id, for an id', async () => {
    const { engine, driver, id } = await built()
    for (const not of ['amphora-web-1', id.slice(0, 12), id.toUpperCase(), `${id}x`, '', '../info']) {
      expect(await failure(driver.getAmphora(not, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    }
    expect(engine.server.count()).toBe(0)
  })

  it('by name never takes the beginning of an id for a name', async () => {
    const { driver, id, connect } = await built({ ownerPrefix: false })
    expect(await driver.find('web-1', testCall())).toHaveLength(1)
    expect(await connect().find(id.slice(0, 12), testCall())).toEqual([])
    expect(await driver.find('WEB-1', testCall())).toEqual([])
    expect(await driver.find('web', testCall())).toEqual([])
  })

  it('shows nothing of other owners, nor of a container that has our labels and another name', async () => {
    const { engine, driver, connect, id } = await built()
    const labels = engine.named('amphora-web-1')?.labels ?? {}
    const copy = engine.plant('committed-and-run', labels)
    const other = connect({ owner: 'west' })
    for (const [reader, foreign] of [
      [other, id],
      [driver, copy.id],
    ] as const) {
      expect(await failure(reader.getAmphora(foreign, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    }
    expect(await other.find('web-1', testCall())).toEqual([])
    expect(await all(other.list(testCall()))).toEqual([])
    expect((await all(driver.list(testCall()))).map((amphora) => amphora.id)).toEqual([id])
  })

  it('refuses an answer that is about another container', async () => {
    const { engine, driver, id } = await built()
    const other = engine.plant('other')
    engine.server.route('GET /containers/{id}/json', () => ({ json: other.inspection() }))
    expect(await failure(driver.getAmphora(id, testCall()))).toMatchObject({ code: 'internal' })
  })
})

describe('what is not ours', () => {
  it.each(['delete', 'suspend', 'resume', 'attachNetworkOrPort', 'detachPort'] as const)(
    'is not changed by %s',
    async (verb) => {
      const { engine, driver } = await start({}, { networks: ['front'] })
      const foreign = engine.plant('other')
      const call = testCall()
      const changing = {
        delete: () => driver.delete(foreign.id, call),
        suspend: () => driver.suspend(foreign.id, call),
        resume: () => driver.resume(foreign.id, call),
        attachNetworkOrPort: () => driver.attachNetworkOrPort(foreign.id, { networkId: 'front' }, call),
        detachPort: () => driver.detachPort(foreign.id, 'bridge', call),
      }[verb]
      expect(await failure(changing())).toMatchObject({ code: 'permission-denied', reason: 'docker/foreign' })
      expect(engine.server.count()).toBe(1)
      expect(engine.containers()).toEqual([foreign])
      expect([foreign.state.Status, ...foreign.endpoints.keys()]).toEqual(['running', 'bridge'])
    },
  )
})

describe('delete', () => {
  it('removes the container and its volumes, and resolves again when it is gone', async () => {
    const { engine, driver, id } = await built()
    await driver.delete(id, testCall())
    expect(engine.containers()).toEqual([])
    const [removal] = engine.server.requests('DELETE /containers/{id}')
    expect(Object.fromEntries(removal?.query ?? [])).toEqual({ v: '1', force: '1' })
    await driver.delete(id, testCall())
    await driver.delete(ABSENT, testCall())
    await driver.delete('not an id', testCall())
  })

  it('resolves where another removal is under way', async () => {
    const { engine, driver, id } = await built()
    engine.server.route('DELETE /containers/{id}', () => ({
      status: 409,
      json: { message: `removal of container ${id} is already in progress` },
    }))
    expect(await driver.delete(id, testCall())).toBeUndefined()
  })

  it('rejects at any other conflict', async () => {
    const { engine, driver, id } = await built()
    await using _busy = await engine.server.inject({
      kind: 'status',
      on: 'DELETE /containers/{id}',
      status: 409,
      json: { message: 'busy' },
    })
    expect(await failure(driver.delete(id, testCall()))).toMatchObject({ code: 'conflict' })
  })
})

describe('suspend and resume', () => {
  it('pause and unpause, and suspending twice is fine', async () => {
    const { driver, id } = await built()
    await driver.suspend(id, testCall())
    expect(await driver.status?.(id, testCall())).toEqual({ state: 'suspended', raw: 'paused' })
    await driver.suspend(id, testCall())
    await driver.resume(id, testCall())
    expect((await driver.status?.(id, testCall()))?.state).toBe('active')
  })

  it('resume of what is not suspended is a NotSuspendedError, decided on what the engine says now', async () => {
    const { engine, driver, id } = await built()
    expect(await failure(driver.resume(id, testCall()))).toBeInstanceOf(NotSuspendedError)
    expect(engine.server.count('POST /containers/{id}/unpause')).toBe(0)
    await driver.suspend(id, testCall())
    engine.server.route('POST /containers/{id}/unpause', () => ({
      status: 500,
      json: { message: `Container ${id} is not paused` },
    }))
    const raced = await failure(driver.resume(id, testCall()))
    expect(raced).toBeInstanceOf(NotSuspendedError)
    expect((raced as AmphoraComputeError).recovery.tripsBreaker).toBe(false)
  })

  it('a race with another suspend is fine', async () => {
    const { engine, driver, id } = await built()
    engine.server.route('POST /containers/{id}/pause', () => ({
      status: 409,
      json: { message: `Container ${id} is already paused` },
    }))
    expect(await driver.suspend(id, testCall())).toBeUndefined()
  })

  it('of what does not run fails on its state', async () => {
    const { engine, driver, id } = await built()
    const container = engine.named('amphora-web-1')
    if (container !== undefined) container.state.Status = 'exited'
    expect(await failure(driver.suspend(id, testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'docker/not-running',
    })
  })

  it('of what vanishes in between is not found', async () => {
    const { engine, driver, id } = await built()
    engine.server.route('POST /containers/{id}/pause', () => ({
      status: 404,
      json: { message: `No such container: ${id}` },
    }))
    expect(await failure(driver.suspend(id, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(driver.suspend(ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(driver.resume(ABSENT, testCall()))).toBeInstanceOf(InstanceNotFoundError)
  })
})

describe('attach and detach', () => {
  it('give the address, and may be repeated', async () => {
    const { engine, driver, id } = await built({}, { networks: ['front'] })
    const address = await driver.attachNetworkOrPort(id, { networkId: 'front' }, testCall())
    expect(address).toMatchObject({ family: 4, ip: engine.named('amphora-web-1')?.endpoints.get('front')?.ip })
    engine.server.clear()
    expect(await driver.attachNetworkOrPort(id, { networkId: 'front' }, testCall())).toEqual(address)
    expect(engine.server.count()).toBe(1)
    expect((await driver.getAmphora(id, testCall())).addresses).toHaveLength(2)
    await driver.detachPort(id, address.portId ?? '', testCall())
    expect((await driver.getAmphora(id, testCall())).addresses).toHaveLength(1)
    await driver.detachPort(id, address.portId ?? '', testCall())
    await driver.detachPort(id, 'never-there', testCall())
  })

  it('asks for the address that is wanted', async () => {
    const { driver, id } = await built({}, { networks: ['front'] })
    const address = await driver.attachNetworkOrPort(id, { networkId: 'front', ipAddress: '10.0.0.9' }, testCall())
    expect(address.ip).toBe('10.0.0.9')
  })

  it('a race with another attach or detach is fine', async () => {
    const { engine, driver, id } = await built({}, { networks: ['front'] })
    await using late = await engine.server.inject({
      kind: 'status',
      on: 'POST /networks/{id}/connect',
      act: true,
      status: 403,
      json: { message: 'endpoint with name x already exists in network front' },
    })
    expect((await driver.attachNetworkOrPort(id, { networkId: 'front' }, testCall())).family).toBe(4)
    expect(late.hits).toBe(1)
    engine.server.route('POST /networks/{id}/disconnect', () => ({
      status: 500,
      json: { message: `container ${id} is not connected to network front` },
    }))
    await driver.detachPort(id, 'front', testCall())
  })

  it('to a port, or to a network that is none, is refused before anything is sent', async () => {
    const { engine, driver, id } = await built()
    expect(await failure(driver.attachNetworkOrPort(id, { portId: 'p' }, testCall()))).toBeInstanceOf(
      NotImplementedError,
    )
    expect(await failure(driver.attachNetworkOrPort(id, { networkId: 'host' }, testCall()))).toMatchObject({
      code: 'invalid-argument',
    })
    expect(engine.server.count()).toBe(0)
  })

  it('to a network that does not exist says so', async () => {
    const { driver, id } = await built()
    expect(await failure(driver.attachNetworkOrPort(id, { networkId: 'nowhere' }, testCall()))).toMatchObject({
      code: 'not-found',
      reason: 'docker/no-such-network',
    })
  })
})

describe('check', () => {
  it('tells the API version, and warns of an old one', async () => {
    const { driver } = await start()
    expect(await driver.check(testCall())).toEqual({ version: '1.41', warnings: [] })
    await open?.close()
    const { driver: onOld } = await start({}, { apiVersion: '1.40' })
    const { warnings } = await onOld.check(testCall())
    expect(warnings.join()).toMatch(/API 1\.40.*1\.41/)
  })

  it('warns of what does not say what it is', async () => {
    const { engine, driver } = await start()
    engine.server.route('GET /_ping', () => ({ text: 'OK' }))
    const { version, warnings } = await driver.check(testCall())
    expect(version).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })
})

describe('validate', () => {
  it('has nothing against what can be built', async () => {
    const { engine, driver } = await start({}, { networks: ['front'] })
    const order = testOrder({ networkIds: ['front'], flavor: { vcpus: 1, memoryMiB: 64 } })
    expect(await driver.validate?.(order, testCall())).toEqual([])
    expect(engine.containers()).toEqual([])
  })

  it('names everything that would fail, all at once', async () => {
    const { engine, driver } = await start({ pull: 'never' }, { cpus: 2, memoryBytes: 2 ** 30 })
    engine.plant('amphora-web-1')
    const order = testOrder({
      imageId: 'nobody/nothing:1',
      networkIds: ['nowhere', 'host'],
      flavor: { vcpus: 99, memoryMiB: 4096 },
    })
    const problems = await driver.validate?.(order, testCall())
    expect(problems).toEqual([
      'networkIds[1] is never "host", "none" or "default"',
      'imageId "nobody/nothing:1" is not on the engine; the option pull is "never"',
      'network "nowhere" does not exist',
      "flavor.vcpus is 99, and the engine's host has 2",
      "flavor.memoryMiB is 4096, and the engine's host has 1024",
      'name "web-1" is taken by a container that is not ours',
    ])
  })

  it('tells an order that is built already from another one under its name', async () => {
    const { driver } = await built()
    expect(await driver.validate?.(testOrder(), testCall())).toEqual([])
    expect(await driver.validate?.(testOrder({ fingerprint: 'v1:9' }), testCall())).toEqual([
      'name "web-1" is taken by an amphora that another request has built',
    ])
  })
})
