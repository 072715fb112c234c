import { AmphoraBuildError, InvalidRequestError } from '@amphora/core'
import { createManualClock } from '@amphora/core/testing'
import { at, testCall, textAt } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { IMAGE, NETWORK, NETWORK2, NOSUCH, testOrder } from './call.ts'
import { bench, clear, failure, trail, type Bench } from './driver.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const HAPPY = [
  'POST /v1/allocations',
  'GET /v1/allocations/{ident}',
  'PATCH /v1/nodes/{ident}',
  'GET /v1/nodes/{ident}/validate',
  'PUT /v1/nodes/{ident}/states/provision',
]

function port({ fake }: Bench, networkId = NETWORK): string {
  return fake.neutron.createPort({ networkId, projectId: fake.keystone.projectId('admin') }).id
}

describe('a build', () => {
  it('reserves a node under our id and name, prepares it, and requests its deployment', async () => {
    const { fake, driver } = await start()
    const id = await driver.build(testOrder(), testCall())
    expect(trail(fake)).toEqual(['GET /v1/', ...HAPPY])
    const [allocation] = fake.allocations()
    expect(allocation).toMatchObject({ uuid: id, state: 'active', request: { name: 'amphora-web-1' } })
    const node = fake.nodeOf(id)
    expect(node).toMatchObject({ provisionState: 'active', powerState: 'power on' })
    expect(node?.instanceInfo).toMatchObject({ image_source: IMAGE, display_name: 'web-1' })
    expect(at(node?.configDrive, 'meta_data', 'uuid')).toBe(id)
    expect(fake.server.unexpected()).toEqual([])
  })

  it('resolves once the request is accepted, and not when the machine is active', async () => {
    const { fake, driver } = await start()
    using _held = fake.hold('deploy')
    const id = await driver.build(testOrder(), testCall())
    expect(fake.nodeOf(id)?.provisionState).toBe('deploying')
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'building', raw: 'deploying/power off' })
  })

  it('attaches ports that it makes for networks, then those that are named, in order', async () => {
    const made = await start()
    const { fake, driver } = made
    const [one, two] = [port(made), port(made, NETWORK2)]
    clear(fake)
    const id = await driver.build(testOrder({ networkIds: [NETWORK2, NETWORK], portIds: [two, one] }), testCall())
    const own = fake.neutron.portsOf(id)
    expect(own.map(({ settings, networkId, tags }) => [settings.name, networkId, new Set(tags)])).toEqual([
      [`amphora-${id}-0`, NETWORK2, new Set([`amphora:${id}`, 'amphora:amphora'])],
      [`amphora-${id}-1`, NETWORK, new Set([`amphora:${id}`, 'amphora:amphora'])],
    ])
    expect(own.every(({ settings }) => settings.description === 'amphora amphora')).toBe(true)
    expect(fake.nodeOf(id)?.vifs).toEqual([...own.map((each) => each.id), two, one])
    const { addresses } = await driver.getAmphora(id, testCall())
    const order = [NETWORK2, NETWORK2, NETWORK, NETWORK2, NETWORK2, NETWORK]
    expect(addresses.map(({ networkId }) => networkId)).toEqual(order)
    expect(addresses.map(({ family }) => family)).toEqual([4, 6, 4, 4, 6, 4])
  })

  it('takes class, traits, candidates, size and capabilities from the named flavor', async () => {
    const gold = {
      resourceClass: 'baremetal',
      traits: ['CUSTOM_GOLD'],
      candidateNodes: ['node-2', 'node-5'],
      rootGb: 10,
      capabilities: { boot_option: 'local' },
    }
    const { fake, driver } = await start({ flavors: { gold } })
    const id = await driver.build(testOrder({ flavor: 'gold' }), testCall())
    const node = fake.nodeOf(id)
    expect(node?.name).toBe('node-2')
    expect(node?.instanceInfo).toMatchObject({
      traits: ['CUSTOM_GOLD'],
      root_gb: 10,
      capabilities: { boot_option: 'local' },
    })
  })

  it('takes an image by its name in the options, by its id in Glance, by its name or its tag there', async () => {
    const source = 'https://images.example/haproxy.raw'
    const images = { haproxy: { source, hashAlgorithm: 'sha256', hash: 'ab12', rootGb: 4 } } as const
    const { fake, driver } = await start({ images })
    const image = fake.glance.add({ name: 'tagged', tags: ['amphora'] })
    const sources = []
    for (const [index, imageId] of ['haproxy', IMAGE, 'tiny', 'tag:amphora'].entries()) {
      const id = await driver.build(testOrder({ name: `web-${index}`, imageId }), testCall())
      sources.push(fake.nodeOf(id)?.instanceInfo['image_source'])
      if (index > 0) continue
      expect(fake.nodeOf(id)?.instanceInfo).toMatchObject({
        image_os_hash_algo: 'sha256',
        image_os_hash_value: 'ab12',
        root_gb: 4,
      })
    }
    expect(sources).toEqual([source, IMAGE, IMAGE, image.id])
  })

  it('is refused before anything is sent where the order breaks rules, all at once', async () => {
    const { fake, driver } = await start()
    const wrong = testOrder({
      flavor: undefined,
      imageId: 'https://images.example/a.raw',
      networkIds: ['net1'],
      portIds: [NOSUCH, NOSUCH],
      files: [
        { path: '/a', bytes: new Uint8Array() },
        { path: '/a/b', bytes: new Uint8Array() },
      ],
    })
    const error = await failure(driver.build(wrong, testCall()))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect((error as InvalidRequestError).problems).toEqual([
      expect.stringContaining('flavor is needed'),
      expect.stringContaining('imageId must be a name in the option images'),
      'networkIds[0] must be a UUID; found "net1"',
      'portIds names one of them twice; a port belongs to one server once',
      '"/a/b" lies below "/a", which is a file itself',
    ])
    expect(fake.requests()).toBe(0)
  })

  it('is refused with networks where the options know no Neutron', async () => {
    const { fake, connect } = await start({}, { alone: true })
    const options = { auth: { type: 'none' }, endpointOverride: { baremetal: fake.url } } as const
    const alone = connect(options)
    expect(alone.refuse(testOrder({ networkIds: [NETWORK] }))).toEqual([expect.stringContaining('without Neutron')])
    const images = { a: { source: 'https://images.example/a.raw', checksum: 'ab' } }
    const id = await connect({ ...options, images }).build(testOrder({ imageId: 'a' }), testCall())
    expect(fake.nodeOf(id)?.provisionState).toBe('active')
    expect(fake.cloud.requests()).toBe(0)
  })
})

describe('a build that finds no node', () => {
  it('says so, and leaves nothing', async () => {
    const { fake, driver } = await start()
    for (const flavor of ['nosuch', 'gold'] as const) {
      const error = await failure(driver.build(testOrder({ flavor }), testCall()))
      expect(error).toBeInstanceOf(AmphoraBuildError)
      expect(error).toMatchObject({ code: 'resource-exhausted', reason: 'ironic/no-node', outcome: 'not-created' })
    }
    expect(fake.allocations()).toEqual([])
  })

  it('that has the traits says which were asked for', async () => {
    const { driver } = await start({ flavors: { odd: { resourceClass: 'baremetal', traits: ['CUSTOM_ODD'] } } })
    const error = await failure(driver.build(testOrder({ flavor: 'odd' }), testCall()))
    expect(error).toMatchObject({ message: 'no node of the resource class "baremetal" with CUSTOM_ODD is free' })
  })

  it('of those that are named says that Ironic does not know one', async () => {
    const { fake, driver } = await start({ flavors: { x: { resourceClass: 'baremetal', candidateNodes: ['nosuch'] } } })
    const error = await failure(driver.build(testOrder({ flavor: 'x' }), testCall()))
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'not-created' })
    expect(fake.allocations()).toEqual([])
  })

  it('though one is, since others had it locked just then, asks for it anew', async () => {
    const { fake, driver } = await start()
    const said = {
      state: 'error',
      last_error: 'Failed to process allocation: could not reserve any of 12 suitable nodes.',
    }
    let times = 0
    fake.server.route('GET /v1/allocations/{ident}', ({ params }) => {
      times += 1
      const { ident } = params
      const found = fake.allocations().find(({ uuid }) => uuid === ident)
      const json = {
        uuid: ident,
        name: 'amphora-web-1',
        node_uuid: fake.nodeOf(ident)?.uuid,
        extra: found?.request.extra,
      }
      return { json: { ...json, state: 'active', ...(times < 3 ? { ...said, node_uuid: null } : {}) } }
    })
    const id = await driver.build(testOrder(), testCall())
    expect(fake.server.requests('POST /v1/allocations')).toHaveLength(3)
    expect(fake.server.requests('DELETE /v1/allocations/{ident}')).toHaveLength(2)
    expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([id])
  })

  it('cannot remove its reservation, and says which one is left', async () => {
    const { fake, driver } = await start()
    await fake.server.inject({ kind: 'status', status: 409, on: 'DELETE /v1/allocations/{ident}' })
    const error = await failure(driver.build(testOrder({ flavor: 'nosuch' }), testCall()))
    expect(error).toMatchObject({ outcome: 'created-then-failed', amphoraId: fake.allocations()[0]?.uuid })
  })
})

describe('a build under a name that is taken', () => {
  it('by the same order is the one that is there, whatever has become of it', async () => {
    const { fake, driver, connect } = await start()
    const id = await driver.build(testOrder(), testCall())
    clear(fake)
    expect(await driver.build(testOrder(), testCall())).toBe(id)
    expect(trail(fake)).toEqual(['POST /v1/allocations', 'GET /v1/allocations/{ident}', 'GET /v1/nodes/{ident}'])
    const node = fake.nodeOf(id)
    for (const [provisionState, powerState] of [
      ['active', 'power off'],
      ['rescue', 'power on'],
      ['wait call-back', 'power on'],
      ['quantum', 'power on'],
    ]) {
      if (node !== undefined) Object.assign(node, { provisionState, powerState })
      expect(await connect().build(testOrder(), testCall())).toBe(id)
    }
    expect(fake.allocations()).toHaveLength(1)
  })

  it('by another order, or by somebody else, is refused, and what is there is not touched', async () => {
    const { fake, driver, connect } = await start()
    const id = await driver.build(testOrder(), testCall())
    const other = await failure(driver.build(testOrder({ fingerprint: 'v1:two' }), testCall()))
    expect(other).toMatchObject({ code: 'already-exists', reason: 'ironic/other-order', outcome: 'not-created' })
    fake.plant('amphora-web-2')
    const foreign = await failure(driver.build(testOrder({ name: 'web-2' }), testCall()))
    expect(foreign).toMatchObject({ code: 'already-exists', reason: 'ironic/foreign-name', outcome: 'not-created' })
    const before = fake.inventory()
    const another = await connect({ owner: 'b' }).build(testOrder(), testCall())
    expect(another).not.toBe(id)
    expect(fake.inventory().filter((item) => before.includes(item))).toEqual(before)
  })

  it('by a reservation that failed begins anew', async () => {
    const { fake, driver, connect } = await start()
    await fake.server.inject({ kind: 'reset-before', on: 'GET /v1/allocations/{ident}', times: 1 })
    await failure(driver.build(testOrder({ flavor: 'gold' }), testCall()))
    expect(fake.allocations()[0]?.state).toBe('error')
    const id = await connect({ flavors: { gold: { resourceClass: 'baremetal' } } }).build(
      testOrder({ flavor: 'gold' }),
      testCall(),
    )
    expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([id])
  })
})

describe('a node that cannot take the deployment', () => {
  /** Two nodes, the first of which is reserved first. */
  const twoNodes = { nodes: [{ name: 'bad' }, { name: 'good' }], random: () => 0 }

  it('is given up for the next where its interfaces do not validate, and left as it was', async () => {
    const { fake, driver } = await start({}, twoNodes)
    fake.node('bad').invalid.set('boot', 'no kernel').set('power', 'no address').set('console', 'none')
    const id = await driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
    expect(fake.nodeOf(id)?.name).toBe('good')
    expect(fake.node('bad')).toMatchObject({ provisionState: 'available', instanceInfo: {}, vifs: [] })
    expect(fake.neutron.ports()).toHaveLength(1)
    expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([id])
  })

  it('names every interface that fails where there is no other, and its reasons in the cause alone', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'bad' }] })
    fake.node('bad').invalid.set('boot', 'no kernel').set('power', 'no address').set('console', 'none')
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({
      code: 'failed-precondition',
      reason: 'ironic/validation',
      outcome: 'not-created',
      message:
        'no node could take it, and on the last one that was tried the node does not validate; what fails: boot, power',
      cause: { message: 'boot: no kernel; power: no address' },
    })
    expect(fake.inventory()).toEqual([])
  })

  it('is given up for the next where it went into maintenance meanwhile', async () => {
    const { fake, driver } = await start({}, twoNodes)
    fake.server.route('GET /v1/nodes/{ident}/validate', ({ params }) => {
      if (params.ident === fake.node('bad').uuid) fake.node('bad').maintenance = true
      return { json: { power: { result: true } } }
    })
    const id = await driver.build(testOrder(), testCall())
    expect(fake.nodeOf(id)?.name).toBe('good')
    expect(fake.node('bad')).toMatchObject({ provisionState: 'available', instanceUuid: null, instanceInfo: {} })
  })

  it('is given up for the next where it has no card left for a port', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'bad', cards: 1 }, { name: 'good' }], random: () => 0 })
    const id = await driver.build(testOrder({ networkIds: [NETWORK, NETWORK2] }), testCall())
    expect(fake.nodeOf(id)?.name).toBe('good')
    expect(fake.node('bad').vifs).toEqual([])
    expect(fake.neutron.ports().map(({ settings }) => settings.deviceId)).toEqual([id, id])
  })

  it('that is locked stays reserved where it cannot be given up, and the next attempt goes on with it', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'only' }] })
    let lock: Disposable | undefined
    fake.server.route('GET /v1/nodes/{ident}/validate', () => {
      lock = fake.conductor.lock(fake.node('only'))
      return { json: { power: { result: true } } }
    })
    const error = await failure(driver.build(testOrder(), testCall()))
    const [allocation] = fake.allocations()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'created-then-failed', amphoraId: allocation?.uuid })
    lock?.[Symbol.dispose]()
    fake.server.route('GET /v1/nodes/{ident}/validate', () => ({ json: { power: { result: true } } }))
    expect(await driver.build(testOrder(), testCall())).toBe(allocation?.uuid)
    expect(fake.allocations()).toHaveLength(1)
  })

  it('that is locked for a moment is waited for', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'only' }] })
    const locked = { faultcode: 'Client', faultstring: 'Node only is locked by host c1.', debuginfo: null }
    const json = { error_message: JSON.stringify(locked) }
    for (const on of [
      'PATCH /v1/nodes/{ident}',
      'POST /v1/nodes/{ident}/vifs',
      'PUT /v1/nodes/{ident}/states/provision',
    ] as const) {
      await fake.server.inject({ kind: 'status', on, status: 409, json, times: 1 })
    }
    const id = await driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
    expect(fake.nodeOf(id)?.provisionState).toBe('active')
    expect(fake.server.requests('POST /v1/allocations')).toHaveLength(1)
  })

  it('is not tried again in the same build, nor are more than eight', async () => {
    const nodes = Array.from({ length: 10 }, (_, index) => ({ name: `n${index}` }))
    const { fake, driver } = await start({}, { nodes })
    for (const node of fake.nodes()) node.invalid.set('boot', 'no kernel')
    const error = await failure(driver.build(testOrder(), testCall()))
    expect(error).toMatchObject({ reason: 'ironic/validation', outcome: 'not-created' })
    const tried = fake.server.requests('GET /v1/nodes/{ident}/validate').map(({ params }) => params['ident'])
    expect(tried).toHaveLength(8)
    expect(new Set(tried).size).toBe(8)
    expect(fake.inventory()).toEqual([])
  })

  it('is not blamed for an image that does not exist', async () => {
    const { fake, driver } = await start()
    const error = await failure(driver.build(testOrder({ imageId: NOSUCH }), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'ironic/no-such-image', outcome: 'not-created' })
    expect(fake.server.count('GET /v1/nodes/{ident}/validate')).toBe(1)
    expect(fake.inventory()).toEqual([])
  })
})

describe('a build that fails for another reason', () => {
  it('gives its reservation up and leaves nothing', async () => {
    const { fake, driver } = await start()
    const error = await failure(driver.build(testOrder({ networkIds: [NETWORK, NOSUCH] }), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'ironic/no-such-network', outcome: 'not-created' })
    expect(fake.inventory()).toEqual([])
  })

  it('tells a used-up port quota and an empty network', async () => {
    const { fake, driver } = await start()
    fake.neutron.noAddresses = true
    const empty = await failure(driver.build(testOrder({ networkIds: [NETWORK] }), testCall()))
    expect(empty).toMatchObject({ code: 'resource-exhausted', reason: 'ironic/no-address', outcome: 'not-created' })
    fake.neutron.noAddresses = false
    fake.neutron.quota.port = 1
    const full = await failure(driver.build(testOrder({ networkIds: [NETWORK, NETWORK2] }), testCall()))
    expect(full).toMatchObject({ code: 'resource-exhausted', reason: 'ironic/port-quota', outcome: 'not-created' })
    expect(fake.inventory()).toEqual([])
  })

  it('tells a port that another machine has', async () => {
    const made = await start()
    const { fake, driver } = made
    const taken = port(made)
    await driver.build(testOrder({ name: 'web-2', portIds: [taken] }), testCall())
    const before = fake.inventory()
    const error = await failure(driver.build(testOrder({ portIds: [taken] }), testCall()))
    expect(error).toMatchObject({
      code: 'failed-precondition',
      reason: 'ironic/port-in-use',
      outcome: 'not-created',
    })
    expect(fake.inventory()).toEqual(before)
  })

  it('keeps the ports that were named', async () => {
    const made = await start({}, { nodes: [{ name: 'bad' }] })
    const { fake, driver } = made
    const given = port(made)
    fake.node('bad').invalid.set('boot', 'no kernel')
    await failure(driver.build(testOrder({ portIds: [given], networkIds: [NETWORK] }), testCall()))
    expect(fake.neutron.ports().map(({ id }) => id)).toEqual([given])
    expect(fake.node('bad').vifs).toEqual([])
  })

  it('is in doubt where an answer is lost, and the repeat finishes the one', async () => {
    const steps = [
      'POST /v1/allocations',
      'GET /v1/allocations/{ident}',
      'PATCH /v1/nodes/{ident}',
      'POST /v1/nodes/{ident}/vifs',
      'GET /v1/nodes/{ident}/validate',
      'PUT /v1/nodes/{ident}/states/provision',
    ] as const
    for (const on of steps) {
      const { fake, driver } = await start({}, { nodes: [{ name: 'only' }] })
      await fake.server.inject({ kind: 'lose-response', on, times: 1 })
      const order = testOrder({ networkIds: [NETWORK] })
      const error = await failure(driver.build(order, testCall()))
      expect([on, error]).toMatchObject([on, { code: 'unavailable', outcome: 'in-doubt' }])
      const id = await driver.build(order, testCall())
      expect([on, fake.allocations().map(({ uuid }) => uuid)]).toEqual([on, [id]])
      expect(fake.neutron.ports()).toHaveLength(1)
      expect(fake.nodeOf(id)).toMatchObject({ provisionState: 'active', vifs: [fake.neutron.ports()[0]?.id] })
      await open?.[Symbol.asyncDispose]()
      open = undefined
    }
  })

  it('does not give up what may be about to be deployed', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'only' }] })
    await fake.server.inject({ kind: 'status', status: 503, on: 'PUT /v1/nodes/{ident}/states/provision', times: 1 })
    const first = await failure(driver.build(testOrder(), testCall()))
    expect(first).toMatchObject({ code: 'unavailable', outcome: 'in-doubt' })
    fake.node('only').maintenance = true
    const second = await failure(driver.build(testOrder(), testCall()))
    const [allocation] = fake.allocations()
    expect(second).toMatchObject({ outcome: 'created-then-failed', amphoraId: allocation?.uuid })
    fake.node('only').maintenance = false
    expect(await driver.build(testOrder(), testCall())).toBe(allocation?.uuid)
  })
})

describe('a build of what failed to deploy', () => {
  it('removes it and reserves anew, elsewhere where there is another node', async () => {
    const { fake, driver, connect } = await start({}, { nodes: [{ name: 'bad' }, { name: 'good' }], random: () => 0 })
    fake.node('bad').failures.add('deploy')
    const order = testOrder({ networkIds: [NETWORK] })
    const failed = await driver.build(order, testCall())
    expect(await driver.status(failed, testCall())).toMatchObject({ state: 'error', reason: 'ironic/deploy-failed' })
    const id = await connect().build(order, testCall())
    expect(id).not.toBe(failed)
    expect(fake.nodeOf(id)?.name).toBe('good')
    expect(fake.node('bad')).toMatchObject({ provisionState: 'available', instanceUuid: null })
    expect(fake.neutron.ports().map(({ settings }) => settings.deviceId)).toEqual([id])
    expect(await failure(driver.status(failed, testCall()))).toMatchObject({ code: 'not-found' })
  })

  it('takes the same node again where there is no other', async () => {
    const { fake, driver } = await start({}, { nodes: [{ name: 'only' }] })
    fake.node('only').failures.add('deploy')
    const failed = await driver.build(testOrder(), testCall())
    await driver.status(failed, testCall())
    fake.node('only').failures.clear()
    const id = await driver.build(testOrder(), testCall())
    expect(await driver.status(id, testCall())).toMatchObject({ state: 'active' })
  })

  it('waits for its removal, and says so where that takes long', async () => {
    const clock = createManualClock()
    const { fake, driver } = await start({ clock }, { nodes: [{ name: 'only' }], tearDownMs: 5_000 })
    fake.node('only').failures.add('deploy')
    await clock.runUntil(driver.build(testOrder(), testCall({ clock })))
    fake.node('only').failures.clear()
    const id = await clock.runUntil(driver.build(testOrder(), testCall({ clock })))
    expect(fake.nodeOf(id)?.provisionState).toBe('active')
    fake.conductor.force(fake.node('only'), { provisionState: 'deploy failed' })
    using _held = fake.hold('tear-down')
    const error = await clock.runUntil(failure(driver.build(testOrder(), testCall({ clock }))))
    expect(error).toMatchObject({ code: 'conflict', reason: 'ironic/name-busy', outcome: 'not-created' })
  })
})

describe('a build that somebody else is at work on', () => {
  it('waits, and is the one that the other makes', async () => {
    const { fake, driver, connect } = await start()
    const builders = [driver, ...Array.from({ length: 7 }, () => connect())]
    const ids = await Promise.all(builders.map((one) => one.build(testOrder(), testCall())))
    expect(new Set(ids).size).toBe(1)
    expect(fake.allocations()).toHaveLength(1)
    expect(fake.nodes().filter(({ instanceUuid }) => instanceUuid !== null)).toHaveLength(1)
  })

  it('takes the name over once whoever reserved it is at work on it no more', { timeout: 30_000 }, async () => {
    const clock = createManualClock()
    const { fake, driver, connect } = await start({ clock })
    const order = testOrder({ networkIds: [NETWORK] })
    await fake.server.inject({ kind: 'hang', on: 'POST /v1/nodes/{ident}/vifs', times: 1 })
    const call = testCall({ clock })
    const dying = failure(driver.build(order, call))
    await clock.runUntil(fake.server.seen('POST /v1/nodes/{ident}/vifs'))
    call.abort()
    await dying
    const [left] = fake.allocations()
    const heir = connect()
    for (let early = 0; early < 2; early += 1) {
      const error = await clock.runUntil(failure(heir.build(order, testCall({ clock }))))
      expect(error).toMatchObject({ code: 'conflict', reason: 'ironic/name-busy', outcome: 'not-created' })
      expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([left?.uuid])
    }
    const id = await clock.runUntil(heir.build(order, testCall({ clock })))
    expect(clock.monotonic()).toBeGreaterThanOrEqual(48_000)
    expect(id).not.toBe(left?.uuid)
    expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([id])
    expect(fake.neutron.ports().map(({ settings }) => settings.deviceId)).toEqual([id])
    const marks = fake
      .nodes()
      .flatMap(({ instanceInfo }) => Object.keys(instanceInfo).filter((key) => key.startsWith('amphora_')))
    expect(marks).toEqual([`amphora_${id}`])
  })

  it('leaves what it has reserved too long ago to itself', async () => {
    const clock = createManualClock()
    const { fake, driver } = await start({ clock }, { nodes: [{ name: 'only' }] })
    await fake.server.inject({ kind: 'lose-response', on: 'PATCH /v1/nodes/{ident}', times: 1 })
    await clock.runUntil(failure(driver.build(testOrder(), testCall({ clock }))))
    const [left] = fake.allocations()
    await clock.advance(36_000)
    const id = await clock.runUntil(driver.build(testOrder(), testCall({ clock })))
    expect(id).not.toBe(left?.uuid)
    expect(fake.allocations().map(({ uuid }) => uuid)).toEqual([id])
  })
})

it('tells an abort as one, in doubt where something was sent', async () => {
  const { fake, driver } = await start()
  await fake.server.inject({ kind: 'hang', on: 'POST /v1/allocations', times: 1 })
  const call = testCall()
  const building = failure(driver.build(testOrder(), call))
  await fake.server.seen('POST /v1/allocations')
  call.abort()
  expect(await building).toMatchObject({ code: 'cancelled', outcome: 'in-doubt', amphoraName: 'web-1' })
  const before = testCall()
  before.abort()
  const refused = await failure(driver.build(testOrder({ name: 'web-2' }), before))
  expect(refused).toMatchObject({ code: 'cancelled' })
  expect(textAt(fake.allocations()[0]?.request.extra, 'amphora', 'name')).toBeUndefined()
})
