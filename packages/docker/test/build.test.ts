import { AmphoraBuildError, InvalidRequestError } from '@amphora/core'
import { afterEach, describe, expect, it } from 'vitest'
import { testCall, testOrder } from './call.ts'
import { bench, failure, type Bench } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const file = { path: '/etc/haproxy/haproxy.cfg', bytes: bytes('global\n') }

describe('build', () => {
  it('makes one container, and starts it with everything in it', async () => {
    const { engine, driver } = await start()
    const order = testOrder({ files: [file], keys: ['ssh-rsa A', 'ssh-rsa B'], userData: bytes('#!/bin/sh') })
    const id = await driver.build(order, testCall())
    const container = engine.named('amphora-web-1')
    expect(container?.id).toBe(id)
    expect(container?.state.Status).toBe('running')
    const inside = [...(container?.files ?? [])].map(([path, { bytes: content, mode, uid }]) => [
      path,
      Buffer.from(content).toString(),
      mode,
      uid,
    ])
    expect(inside).toEqual([
      ['/etc/haproxy/haproxy.cfg', 'global\n', 0o600, 0],
      ['/etc/amphora/authorized_keys', 'ssh-rsa A\nssh-rsa B\n', 0o600, 0],
      ['/etc/amphora/user-data', '#!/bin/sh', 0o600, 0],
    ])
    expect(engine.server.unexpected()).toEqual([])
  })

  it('repeated gives the one container', async () => {
    const { engine, driver, connect } = await start()
    const order = testOrder({ files: [file] })
    const drivers = Array.from({ length: 10 }, () => connect())
    const ids = await Promise.all(drivers.map((one) => one.build(order, testCall())))
    expect(new Set([...ids, await driver.build(order, testCall())]).size).toBe(1)
    expect(engine.containers()).toHaveLength(1)
  })

  it('finishes what another builder of the same order has begun', async () => {
    const { engine, driver, connect } = await start({}, { networks: ['front', 'back'] })
    const order = testOrder({ files: [file], networkIds: ['front', 'back'] })
    await using lost = await engine.server.inject({ kind: 'lose-response', on: 'POST /containers/create', times: 1 })
    const doubt = await failure(driver.build(order, testCall()))
    expect(doubt).toMatchObject({ code: 'unavailable', outcome: 'in-doubt' })
    expect(lost.hits).toBe(1)
    expect(engine.named('amphora-web-1')?.state.Status).toBe('created')
    const id = await connect().build(order, testCall())
    const container = engine.named('amphora-web-1')
    expect(container?.id).toBe(id)
    expect(container?.state.Status).toBe('running')
    expect([...(container?.files.keys() ?? [])]).toEqual([file.path])
    expect([...(container?.endpoints.keys() ?? [])].sort()).toEqual(['back', 'front'])
  })

  it('gives the id of one of the same order that is stopped, failed or suspended, and leaves it alone', async () => {
    const { engine, driver } = await start()
    const id = await driver.build(testOrder(), testCall())
    const container = engine.named('amphora-web-1')
    for (const status of ['exited', 'paused', 'dead']) {
      if (container !== undefined) container.state.Status = status
      engine.server.clear()
      expect(await driver.build(testOrder(), testCall())).toBe(id)
      expect(engine.server.count()).toBe(2)
      expect(container?.state.Status).toBe(status)
    }
  })

  it('of another order under the name is refused, and the first is left alone', async () => {
    const { engine, driver } = await start()
    const id = await driver.build(testOrder(), testCall())
    const error = await failure(driver.build(testOrder({ fingerprint: 'v1:1111' }), testCall()))
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code: 'already-exists', reason: 'docker/other-order', outcome: 'not-created' })
    expect(engine.containers().map((container) => [container.id, container.state.Status])).toEqual([[id, 'running']])
  })

  it.each([
    ['without labels', {}],
    ['of another owner', { 'amphora.owner': 'west', 'amphora.name': 'web-1', 'amphora.fingerprint': 'v1:0000' }],
    [
      'with our labels and another name in them',
      { 'amphora.owner': 'amphora', 'amphora.name': 'web-2', 'amphora.fingerprint': 'v1:0000' },
    ],
  ])('neither adopts nor touches a container %s', async (_what, labels) => {
    const { engine, driver } = await start()
    const foreign = engine.plant('amphora-web-1', labels)
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({ code: 'already-exists', reason: 'docker/foreign-name', outcome: 'not-created' })
    expect(engine.containers()).toEqual([foreign])
    expect(foreign.state.Status).toBe('running')
  })

  it('under a name that is being given free asks to be repeated', async () => {
    const { engine, driver } = await start()
    await driver.build(testOrder(), testCall())
    const container = engine.named('amphora-web-1')
    if (container !== undefined) container.state.Status = 'removing'
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({ code: 'conflict', reason: 'docker/name-in-removal', outcome: 'not-created' })
  })

  it('breaking a rule of this driver sends nothing', async () => {
    const { engine, driver } = await start()
    const error = await failure(driver.build(testOrder({ networkIds: ['host'], flavor: 'none' }), testCall()))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect((error as InvalidRequestError).problems).toHaveLength(2)
    expect(engine.server.count()).toBe(0)
  })

  it('connects the later networks in the order of the request', async () => {
    const { engine, driver } = await start({}, { networks: ['zz', 'mm', 'aa'] })
    const id = await driver.build(testOrder({ networkIds: ['zz', 'mm', 'aa'] }), testCall())
    const connects = engine.server.requests('POST /networks/{id}/connect').map(({ params }) => params['id'])
    expect(connects).toEqual(['mm', 'aa'])
    const { addresses } = await driver.getAmphora(id, testCall())
    const container = engine.named('amphora-web-1')
    expect(addresses.map(({ ip }) => ip)).toEqual(['zz', 'mm', 'aa'].map((name) => container?.endpoints.get(name)?.ip))
  })

  it('asks for the version once, and then joins several networks in one request', async () => {
    const { engine, driver } = await start({}, { apiVersion: '1.44', networks: ['zz', 'aa'] })
    const orders = ['a1', 'a2', 'a3'].map((name) => testOrder({ name, networkIds: ['zz', 'aa'] }))
    const ids = await Promise.all(orders.map((order) => driver.build(order, testCall())))
    expect(engine.server.count('GET /_ping')).toBe(1)
    expect(engine.server.count('POST /networks/{id}/connect')).toBe(0)
    const { addresses } = await driver.getAmphora(ids[0] ?? '', testCall())
    expect(addresses).toHaveLength(2)
  })
})

describe('a build that fails for good', () => {
  it('takes back what it made', async () => {
    const { engine, driver } = await start()
    const error = await failure(driver.build(testOrder({ networkIds: ['nowhere'] }), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'docker/no-such-network', outcome: 'not-created' })
    expect(engine.containers()).toEqual([])
  })

  it.each([
    [
      'POST /containers/{id}/start',
      400,
      'OCI runtime create failed: exec: no such file or directory',
      'docker/entrypoint',
    ],
    ['POST /containers/{id}/start', 500, 'Bind failed: port is already allocated', 'docker/port-taken'],
    [
      'PUT /containers/{id}/archive',
      500,
      'Error processing tar file: cannot overwrite directory',
      'docker/file-over-directory',
    ],
    ['POST /networks/{id}/connect', 404, 'network back not found', 'docker/no-such-network'],
    ['POST /containers/{id}/start', 500, 'something that nobody has seen before', undefined],
  ] as const)('takes it back when %s answers %d, %s', async (on, status, message, reason) => {
    const { engine, driver } = await start({}, { networks: ['front', 'back'] })
    await using fault = await engine.server.inject({ kind: 'status', on, status, json: { message } })
    const error = await failure(driver.build(testOrder({ files: [file], networkIds: ['front', 'back'] }), testCall()))
    expect(error).toMatchObject({ outcome: 'not-created', reason, amphoraName: 'web-1' })
    expect(fault.hits).toBe(1)
    expect(engine.containers()).toEqual([])
  })

  it('says what is left where it cannot be taken back', async () => {
    const { engine, driver } = await start()
    await using _removal = await engine.server.inject({ kind: 'status', on: 'DELETE /containers/{id}', status: 500 })
    const error = await failure(driver.build(testOrder({ networkIds: ['nowhere'] }), testCall()))
    expect(error).toMatchObject({
      code: 'not-found',
      outcome: 'created-then-failed',
      amphoraId: engine.named('amphora-web-1')?.id,
    })
  })

  it('never takes back what it adopted', async () => {
    const { engine, driver, connect } = await start()
    await using _lost = await engine.server.inject({ kind: 'lose-response', on: 'POST /containers/create', times: 1 })
    await failure(driver.build(testOrder({ networkIds: ['nowhere'] }), testCall()))
    const error = await failure(connect().build(testOrder({ networkIds: ['nowhere'] }), testCall()))
    expect(error).toMatchObject({ outcome: 'created-then-failed', amphoraId: engine.named('amphora-web-1')?.id })
    expect(engine.containers()).toHaveLength(1)
    expect(engine.server.count('DELETE /containers/{id}')).toBe(0)
  })

  it('takes away what the end of the engine left of a start, so that the next build succeeds', async () => {
    const { engine, driver } = await start()
    await using _lost = await engine.server.inject({ kind: 'lose-response', on: 'POST /containers/create', times: 1 })
    await failure(driver.build(testOrder(), testCall()))
    const corpse = engine.named('amphora-web-1')
    engine.server.route('POST /containers/{id}/start', ({ params: { id } }) =>
      id === corpse?.id ? { status: 500, json: { message: `task ${id}: already exists: unknown` } } : { status: 204 },
    )
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({ code: 'conflict', reason: 'docker/start-cut-off', outcome: 'not-created' })
    const id = await driver.build(testOrder(), testCall())
    expect(id).not.toBe(corpse?.id)
    expect(engine.containers().map((container) => container.id)).toEqual([id])
  })

  it('never takes back what another builder has finished meanwhile', async () => {
    const { engine, driver, connect } = await start()
    const order = testOrder({ files: [file] })
    let other: Promise<string> | undefined
    engine.server.route('PUT /containers/{id}/archive', async () => {
      if (other !== undefined) return { status: 200 }
      other = connect().build(order, testCall())
      await other
      return { status: 500, json: { message: 'something that nobody has seen before' } }
    })
    const id = await driver.build(order, testCall())
    expect(id).toBe(await other)
    expect(engine.server.count('DELETE /containers/{id}')).toBe(1)
    expect(engine.named('amphora-web-1')?.state.Status).toBe('running')
  })

  it('for a file in place of a directory of the image never lets the engine remove that directory', async () => {
    const { engine, driver } = await start()
    const error = await failure(driver.build(testOrder({ files: [{ path: '/etc', bytes: bytes('x') }] }), testCall()))
    expect(error).toMatchObject({
      code: 'invalid-argument',
      reason: 'docker/file-over-directory',
      outcome: 'not-created',
    })
    expect(engine.containers()).toEqual([])
  })

  it('whose container somebody else removed says so, and is not built again by itself', async () => {
    const { engine, driver } = await start()
    engine.server.route('POST /containers/{id}/start', ({ params: { id } }) => ({
      status: 404,
      json: { message: `No such container: ${id}` },
    }))
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'docker/removed-meanwhile', outcome: 'not-created' })
  })
})

describe('an image that is not there', () => {
  const order = testOrder({ imageId: 'registry.example/haproxy:3' })
  const registry = { registry: ['registry.example/haproxy:3'] }

  it('is pulled within the build, with word of how far it is', async () => {
    const { engine, driver } = await start({}, registry)
    const call = testCall()
    const id = await driver.build(order, call)
    expect(engine.named('amphora-web-1')?.id).toBe(id)
    const [pull] = engine.server.requests('POST /images/create')
    expect(Object.fromEntries(pull?.query ?? [])).toEqual({ fromImage: 'registry.example/haproxy', tag: '3' })
    expect(call.steps.at(-1)).toEqual({
      step: 'docker/pull',
      message: '2 of 2 layers are there',
      done: 2,
      total: 2,
    })
  })

  it('is pulled once however many builds wait for it, and each hears of it', async () => {
    const { engine, driver } = await start({}, registry)
    const calls = Array.from({ length: 5 }, () => testCall())
    engine.pulling = async () => {
      await engine.server.seen('POST /containers/create', 5)
    }
    await Promise.all(calls.map((call, index) => driver.build({ ...order, name: `web-${index}` }, call)))
    expect(engine.server.count('POST /images/create')).toBe(1)
    expect(engine.containers()).toHaveLength(5)
    for (const call of calls) expect(call.steps.at(-1)?.done).toBe(2)
  })

  it('with pull "never" fails', async () => {
    const { engine, driver } = await start({ pull: 'never' }, registry)
    const error = await failure(driver.build(order, testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'docker/no-such-image', outcome: 'not-created' })
    expect(engine.server.count()).toBe(1)
  })

  it.each([
    ['that the registry does not know', 'nobody/nothing:1'],
    ['of a registry that does not answer', 'gone.example/nothing:1'],
    ['named by an id', `sha256:${'0'.repeat(64)}`],
  ])('%s fails, and nothing is left', async (_what, imageId) => {
    const { engine, driver } = await start({}, registry)
    const error = await failure(driver.build(testOrder({ imageId }), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'docker/pull-failed', outcome: 'not-created' })
    expect(engine.containers()).toEqual([])
  })

  it('and whose pull breaks leaves nothing', async () => {
    const { engine, driver } = await start({}, registry)
    await using _cut = await engine.server.inject({ kind: 'cut-body', on: 'POST /images/create' })
    const error = await failure(driver.build(order, testCall()))
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'not-created' })
  })

  it('has a time of its own', async () => {
    const { engine, driver } = await start({ pullTimeoutMs: 30 }, registry)
    await using _hang = await engine.server.inject({ kind: 'hang', on: 'POST /images/create' })
    const error = await failure(driver.build(order, testCall()))
    expect(error).toMatchObject({ code: 'deadline-exceeded', outcome: 'not-created' })
  })

  it('obeys the signal, and is given up with the last who waits', async () => {
    const { engine, driver } = await start({}, registry)
    await using _hang = await engine.server.inject({ kind: 'hang', on: 'POST /images/create' })
    const call = testCall()
    const ended = failure(driver.build(order, call))
    const pull = await engine.server.seen('POST /images/create')
    call.abort()
    expect(await ended).toMatchObject({ code: 'cancelled', outcome: 'not-created' })
    await engine.server.seen('POST /images/create', 1, 'finished')
    expect(pull.signal.aborted).toBe(true)
  })
})
