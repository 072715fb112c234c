import { AmphoraBuildError, InvalidRequestError, type BuildOrder } from '@amphora/core'
import { createManualClock } from '@amphora/core/testing'
import type { NewImage } from '@amphora/fake-openstack'
import { testCall } from '@amphora/fake-openstack'
import { UUID } from '@amphora/openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { ABSENT, bench, clear, failure, NETWORK2, trail, unexpected, type Bench } from './driver.ts'
import { FLAVOR, IMAGE, NETWORK, order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const fresh = (changes: Partial<BuildOrder> = {}): BuildOrder => order({ nameIsFresh: true, ...changes })

/** What the create said of the server. */
function sent({ cloud }: Bench, nth = 0): Readonly<Record<string, unknown>> {
  const body = cloud.server.requests('POST /v2.1/servers')[nth]?.json() as { server: Record<string, unknown> }
  return body.server
}

function port(made: Bench, network = NETWORK): string {
  const { cloud } = made
  return cloud.neutron.createPort({ networkId: network, projectId: cloud.keystone.projectId('demo') }).id
}

describe('a create', () => {
  it('carries what every server gets, and no more', async () => {
    const made = await start()
    const id = await made.driver.build(fresh(), testCall())
    expect(sent(made)).toEqual({
      name: 'web-1',
      flavorRef: FLAVOR,
      imageRef: IMAGE,
      networks: [{ uuid: NETWORK }],
      metadata: {
        amphora_owner: 'amphora',
        amphora_name: 'web-1',
        amphora_fingerprint: 'v1:one',
        amphora_networks: '50bb70bad1d74b93',
        amphora_builder: expect.stringMatching(UUID) as string,
      },
      config_drive: true,
      tags: ['amphora:amphora'],
      description: 'amphora amphora',
    })
    const [request] = made.cloud.server.requests('POST /v2.1/servers')
    expect(request?.headers['openstack-api-version']).toBe('compute 2.79')
    expect(made.cloud.servers().map((server) => server.id)).toEqual([id])
    expect(unexpected(made.cloud)).toEqual([])
  })

  it('names networks and then ports, each in the order given, and the addresses come in the order of the networks', async () => {
    const made = await start()
    const [one, two] = [port(made), port(made, NETWORK2)]
    const asked = fresh({ networkIds: [NETWORK2, NETWORK], portIds: [two, one] })
    const id = await made.driver.build(asked, testCall())
    expect(sent(made)['networks']).toEqual([{ uuid: NETWORK2 }, { uuid: NETWORK }, { port: two }, { port: one }])
    const { addresses } = await made.driver.getAmphora(id, testCall())
    expect(addresses.map(({ networkId }) => networkId)).toEqual([NETWORK2, NETWORK2, NETWORK, NETWORK])
  })

  it('names security groups by name or id, and the ports are in them', async () => {
    const made = await start({}, { securityGroups: ['web', 'ssh'] })
    const known = made.cloud.neutron.securityGroups(made.cloud.keystone.projectId('demo'))
    const ssh = known.find(({ name }) => name === 'ssh')?.id ?? ''
    const id = await made.driver.build(fresh({ secGroups: ['web', ssh] }), testCall())
    expect(sent(made)['security_groups']).toEqual([{ name: 'web' }, { name: ssh }])
    await made.cloud.settle()
    const [own] = made.cloud.neutron.portsOf(id)
    expect(own?.settings.securityGroups).toEqual([known.find(({ name }) => name === 'web')?.id, ssh])
  })

  it('names the zone, the placement group as a hint, and the key pair of the options', async () => {
    const made = await start({ keyName: 'key1' })
    const group = await made.driver.createPlacementGroup('pair', 'anti-affinity', testCall())
    const id = await made.driver.build(fresh({ availabilityZone: 'small', placementGroupId: group }), testCall())
    expect(sent(made)).toMatchObject({ availability_zone: 'small', key_name: 'key1' })
    expect(made.cloud.server.requests('POST /v2.1/servers')[0]?.json()).toMatchObject({
      'os:scheduler_hints': { group },
    })
    await made.cloud.settle()
    expect(made.cloud.named('web-1')?.host?.zone).toBe('small')
    expect([...(made.cloud.groups()[0]?.members ?? [])]).toEqual([id])
  })

  it.each(['none', 'auto'] as const)('says "%s" for no networks where the option does', async (emptyNetworks) => {
    const made = await start({ emptyNetworks }, { networks: [{ name: 'net1', id: NETWORK }] })
    await made.driver.build(fresh({ networkIds: [] }), testCall())
    expect(sent(made)['networks']).toBe(emptyNetworks)
  })

  it('that leaves the network to Nova is refused where there are several', async () => {
    const made = await start({ emptyNetworks: 'auto' })
    expect(await failure(made.driver.build(fresh({ networkIds: [] }), testCall()))).toMatchObject({
      code: 'invalid-argument',
      reason: 'nova/networks-needed',
      outcome: 'not-created',
    })
  })
})

describe('a flavor', () => {
  it.each([
    ['its id', FLAVOR],
    ['its name', 'm1.tiny'],
    ['a size', { vcpus: 1, memoryMiB: 500 }],
  ])('by %s becomes its id', async (_what, flavor) => {
    const made = await start()
    await made.driver.build(fresh({ flavor }), testCall())
    expect(sent(made)['flavorRef']).toBe(FLAVOR)
  })

  it('by name or size is asked for once in five minutes, however many builds want one', async () => {
    const clock = createManualClock(Date.now())
    const made = await start({}, { clock })
    const build = (name: string): Promise<string> => made.driver.build(fresh({ name, flavor: 'm1.tiny' }), testCall())
    await Promise.all(['a', 'b', 'c'].map(build))
    expect(made.cloud.server.count('GET /v2.1/flavors/detail')).toBe(1)
    await clock.advance(299_000)
    await build('d')
    expect(made.cloud.server.count('GET /v2.1/flavors/detail')).toBe(1)
    await clock.advance(2_000)
    await build('e')
    expect(made.cloud.server.count('GET /v2.1/flavors/detail')).toBe(2)
  })

  it('is the smallest that fits, of those that need nothing special or that the options name', async () => {
    const flavors = [
      { name: 'gpu', vcpus: 1, ram: 1024, disk: 10, extraSpecs: { 'pci_passthrough:alias': 'gpu:1' } },
      { name: 'gone', vcpus: 1, ram: 1024, disk: 10, isDisabled: true },
      { name: 'big', vcpus: 4, ram: 8192, disk: 80 },
      { name: 'fit', vcpus: 2, ram: 2048, disk: 20 },
    ]
    const made = await start({}, { flavors })
    const idOf = (name: string): string | undefined =>
      [...made.cloud.compute.flavors.values()].find((one) => one.name === name)?.id
    const size = { vcpus: 1, memoryMiB: 1024, storageGiB: 10 }
    await made.driver.build(fresh({ flavor: size }), testCall())
    await made.connect({ sizeFlavors: ['gpu', 'big'] }).build(fresh({ flavor: size }), testCall())
    expect([sent(made, 0)['flavorRef'], sent(made, 1)['flavorRef']]).toEqual([idOf('fit'), idOf('gpu')])
  })

  it.each([
    ['a name that nobody has', 'm1.none', 'nova/no-such-flavor'],
    ['a size that nothing has', { vcpus: 64 }, 'nova/no-flavor-fits'],
  ])('%s fails before anything is made', async (_what, flavor, reason) => {
    const made = await start()
    expect(await failure(made.driver.build(fresh({ flavor }), testCall()))).toMatchObject({
      code: 'not-found',
      reason,
      outcome: 'not-created',
      amphoraName: 'web-1',
    })
    expect(made.cloud.server.count('POST /v2.1/servers')).toBe(0)
  })
})

describe('an image', () => {
  const image = (tags: readonly string[], createdAt: number, more: Partial<NewImage> = {}): NewImage => ({
    name: 'amphora',
    tags,
    createdAt,
    ...more,
  })

  it('by id costs nothing', async () => {
    const made = await start()
    await made.driver.build(fresh(), testCall())
    expect(made.cloud.glance.server.count()).toBe(0)
  })

  it('by tag is the newest that is active', async () => {
    const images = [
      image(['amphora'], 1_000),
      image(['amphora'], 3_000),
      image(['amphora'], 5_000, { status: 'deactivated' }),
      image(['amphora'], 6_000, { status: 'queued' }),
      image(['other'], 7_000),
    ]
    const made = await start({}, { images })
    const newest = [...made.cloud.glance.images.values()].find(({ createdAt }) => createdAt === 3_000)
    await made.driver.build(fresh({ imageId: 'tag:amphora' }), testCall())
    expect(sent(made)['imageRef']).toBe(newest?.id)
  })

  it('by tag is asked for once in a minute, and a new one wins after that', async () => {
    const clock = createManualClock(Date.now())
    const made = await start({}, { clock })
    const build = async (name: string): Promise<void> => {
      await made.driver.build(fresh({ name, imageId: 'tag:amphora' }), testCall())
    }
    await Promise.all([build('a'), build('b')])
    await clock.advance(30_000)
    const rotated = made.cloud.glance.add({ name: 'newer', tags: ['amphora'] })
    await build('c')
    expect(made.cloud.glance.server.count()).toBe(1)
    expect(sent(made, 2)['imageRef']).toBe(IMAGE)
    await clock.advance(31_000)
    await build('d')
    expect(made.cloud.glance.server.count()).toBe(2)
    expect(sent(made, 3)['imageRef']).toBe(rotated.id)
  })

  it('by tag may have to be of one project', async () => {
    const made = await start({}, { images: [] })
    const { glance, keystone } = made.cloud
    const ours = glance.add({ name: 'amphora', tags: ['amphora'], createdAt: 1, owner: keystone.projectId('demo') })
    glance.add({ name: 'amphora', tags: ['amphora'], createdAt: 2, owner: keystone.projectId('admin') })
    const driver = made.connect({ imageOwner: keystone.projectId('demo') })
    await driver.build(fresh({ imageId: 'tag:amphora' }), testCall())
    expect(sent(made)['imageRef']).toBe(ours.id)
  })

  it.each(['nobody', 'tag:nobody', 'TINY'])('"%s" that is not there fails before anything is made', async (imageId) => {
    const made = await start()
    expect(await failure(made.driver.build(fresh({ imageId }), testCall()))).toMatchObject({
      code: 'not-found',
      reason: 'nova/no-such-image',
      outcome: 'not-created',
    })
    expect(made.cloud.server.count('POST /v2.1/servers')).toBe(0)
  })

  it('that was not there is asked for again at the next build', async () => {
    const made = await start()
    await failure(made.driver.build(fresh({ imageId: 'tag:late' }), testCall()))
    const { id } = made.cloud.glance.add({ name: 'late', tags: ['late'] })
    await made.driver.build(fresh({ imageId: 'tag:late' }), testCall())
    expect(sent(made)['imageRef']).toBe(id)
  })

  it('in an outage of Glance fails the build, which has made nothing', async () => {
    const made = await start()
    await using _outage = await made.cloud.glance.server.inject({ kind: 'status', status: 503 })
    expect(await failure(made.driver.build(fresh({ imageId: 'tag:amphora' }), testCall()))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-created',
    })
  })

  it('in an answer of Glance that is none fails the build, which has made nothing', async () => {
    const made = await start()
    await using _wrong = await made.cloud.glance.server.inject({ kind: 'wrong-shape', json: { images: 7 } })
    expect(await failure(made.driver.build(fresh({ imageId: 'tag:amphora' }), testCall()))).toMatchObject({
      code: 'internal',
      reason: 'nova/unreadable-answer',
      outcome: 'not-created',
    })
  })
})

describe('a rule that an order breaks', () => {
  it.each([
    ['no flavor', { flavor: undefined }],
    ['no image', { imageId: undefined }],
    ['an image that is a blank', { imageId: ' ' }],
    ['a tag that is none', { imageId: 'tag:' }],
    ['no network and no port', { networkIds: [] }],
    ['a network by name', { networkIds: ['net1'] }],
    ['a port that is no id', { portIds: ['p'] }],
    ['one port twice', { portIds: [ABSENT, ABSENT] }],
    ['a placement group by name', { placementGroupId: 'pair' }],
    [
      'a file below a file',
      {
        files: [
          { path: '/etc/x', bytes: new Uint8Array() },
          { path: '/etc/x/y', bytes: new Uint8Array() },
        ],
      },
    ],
  ] as const)('%s sends nothing', async (_what, changes) => {
    const made = await start()
    const error = await failure(made.driver.build(order(changes), testCall()))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect((error as InvalidRequestError).problems).toHaveLength(1)
    expect(trail(made.cloud)).toEqual([])
  })

  it('is told with all the others', async () => {
    const made = await start()
    const error = await failure(
      made.driver.build(order({ flavor: undefined, networkIds: ['x', 'y'], imageId: undefined }), testCall()),
    )
    expect((error as InvalidRequestError).problems).toHaveLength(4)
  })
})

describe('a refusal of Nova', () => {
  it.each([
    ['an image that is not there', { imageId: ABSENT }, 'not-found', 'nova/no-such-image'],
    ['a flavor that is not there', { flavor: ABSENT }, 'not-found', 'nova/no-such-flavor'],
    ['a network that is not there', { networkIds: [ABSENT] }, 'not-found', 'nova/no-such-network'],
    ['a port that is not there', { portIds: [ABSENT] }, 'not-found', 'nova/no-such-port'],
    ['a security group that is not there', { secGroups: ['none'] }, 'not-found', 'nova/no-such-security-group'],
    ['a placement group that is not there', { placementGroupId: ABSENT }, 'not-found', 'nova/no-such-group'],
    ['a zone that is not there', { availabilityZone: 'moon' }, 'not-found', 'nova/no-such-zone'],
  ] as const)('for %s is told by what it is about', async (_what, changes, code, reason) => {
    const made = await start()
    const error = await failure(made.driver.build(order(changes), testCall()))
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code, reason, outcome: 'not-created', amphoraName: 'web-1' })
    expect(made.cloud.servers()).toEqual([])
  })

  it('for the key pair of the options says which option it is', async () => {
    const made = await start({ keyName: 'lost' })
    const error = await failure(made.driver.build(fresh(), testCall()))
    expect(error).toMatchObject({ code: 'not-found', reason: 'nova/no-such-key', outcome: 'not-created' })
    expect((error as Error).message).toContain('keyName')
  })

  it('for a port that another server has', async () => {
    const made = await start()
    const portIds = [port(made)]
    await made.driver.build(fresh({ name: 'first', portIds }), testCall())
    await made.cloud.settle()
    expect(await failure(made.driver.build(fresh({ portIds }), testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/port-in-use',
      outcome: 'not-created',
    })
  })

  it.each([
    ['instances', { instances: 0 }],
    ['processors', { cores: 0 }],
    ['memory', { ram: 0 }],
  ])('for the quota of %s', async (_what, quota) => {
    const made = await start({}, { quota })
    expect(await failure(made.driver.build(fresh(), testCall()))).toMatchObject({
      code: 'resource-exhausted',
      reason: 'nova/quota',
      outcome: 'not-created',
    })
  })

  it('for the members that a placement group may have', async () => {
    const made = await start({}, { quota: { serverGroupMembers: 0 } })
    const placementGroupId = await made.driver.createPlacementGroup('pair', 'affinity', testCall())
    expect(await failure(made.driver.build(fresh({ placementGroupId }), testCall()))).toMatchObject({
      code: 'resource-exhausted',
      reason: 'nova/quota',
    })
  })

  it('for the quota of ports', async () => {
    const made = await start()
    made.cloud.neutron.quota.port = 0
    expect(await failure(made.driver.build(fresh(), testCall()))).toMatchObject({
      code: 'resource-exhausted',
      reason: 'nova/port-quota',
      outcome: 'not-created',
    })
  })

  it.each([
    [403, { forbidden: { code: 403, message: "Policy doesn't allow it to be performed." } }, 'permission-denied'],
    [413, { overLimit: { code: 413, message: 'too much' } }, 'invalid-argument'],
    [400, { badRequest: { code: 400, message: 'something that nobody has seen' } }, 'invalid-argument'],
    [409, { conflictingRequest: { code: 409, message: 'something that nobody has seen' } }, 'conflict'],
    [406, { computeFault: { code: 406, message: 'Version 2.79 is not supported' } }, 'internal'],
  ] as const)('with %i and %j has made nothing and is %s', async (status, json, code) => {
    const made = await start()
    await using _fault = await made.cloud.server.inject({ kind: 'status', on: 'POST /v2.1/servers', status, json })
    expect(await failure(made.driver.build(fresh(), testCall()))).toMatchObject({ code })
    expect(made.cloud.servers()).toEqual([])
  })

  it.each([500, 502, 503, 504])('with %i leaves in doubt whether anything was made', async (status) => {
    const made = await start()
    await using _fault = await made.cloud.server.inject({ kind: 'status', on: 'POST /v2.1/servers', status, act: true })
    expect(await failure(made.driver.build(fresh(), testCall()))).toMatchObject({ outcome: 'in-doubt' })
    expect(made.cloud.servers()).toHaveLength(1)
  })

  it('that comes later is the fault of the server, not an error of the build', async () => {
    const made = await start()
    const aborted = await made.driver.build(fresh({ name: 'a', availabilityZone: 'abort' }), testCall())
    await made.cloud.settle()
    made.cloud.noCapacity = true
    const unplaced = await made.driver.build(fresh({ name: 'b' }), testCall())
    for (const [id, reason] of [
      [aborted, 'nova/build-aborted'],
      [unplaced, 'nova/no-valid-host'],
    ] as const) {
      expect(await made.driver.status(id, testCall())).toMatchObject({ state: 'error', reason })
    }
  })
})

describe('an answer to a create', () => {
  it.each([
    ['without an id', {}],
    ['with an id that is none', { server: { id: '../admin' } }],
    ['with an id that is nothing', { server: { id: null } }],
    ['that is a list', []],
  ])('%s is not believed, and leaves in doubt whether anything was made', async (_what, json) => {
    const made = await start()
    await using _fault = await made.cloud.server.inject({ kind: 'wrong-shape', on: 'POST /v2.1/servers', json })
    expect(await failure(made.driver.build(fresh(), testCall()))).toMatchObject({
      code: 'internal',
      reason: 'nova/unreadable-answer',
      outcome: 'in-doubt',
    })
  })
})

describe('the microversion', () => {
  it.each([
    [93, '2.79', { tags: true, description: true }],
    [79, '2.79', { tags: true, description: true }],
    [63, '2.63', { tags: true, description: true }],
    [56, '2.56', { tags: true, description: true }],
    [51, '2.51', { tags: false, description: true }],
    [36, '2.36', { tags: false, description: true }],
    [25, '2.25', { tags: false, description: true }],
    [18, '2.18', { tags: false, description: false }],
    [1, '2.1', { tags: false, description: false }],
  ])('of a Nova that has 2.%i is %s, and what it does not take is left out', async (maximum, version, takes) => {
    const made = await start({}, { maximum })
    const id = await made.driver.build(order(), testCall())
    expect(made.cloud.server.requests('POST /v2.1/servers')[0]?.headers['openstack-api-version']).toBe(
      `compute ${version}`,
    )
    const keys = Object.keys(sent(made))
    expect({ tags: keys.includes('tags'), description: keys.includes('description') }).toEqual(takes)
    expect(await made.driver.find('web-1', testCall())).toMatchObject([{ id, name: 'web-1' }])
    expect(unexpected(made.cloud)).toEqual([])
  })

  it('is asked for once', async () => {
    const made = await start()
    await Promise.all(['a', 'b', 'c'].map((name) => made.driver.build(fresh({ name }), testCall())))
    expect(trail(made.cloud).filter((step) => step === 'nova GET /v2.1/')).toHaveLength(1)
  })

  it.each([
    [36, 'none'],
    [1, 'auto'],
  ] as const)('2.%i knows no word for no networks, and so a build without any is refused', async (maximum, word) => {
    const made = await start({ emptyNetworks: word }, { maximum })
    expect(await failure(made.driver.build(fresh({ networkIds: [] }), testCall()))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/microversion',
      outcome: 'not-created',
    })
    expect(made.cloud.server.count('POST /v2.1/servers')).toBe(0)
  })

  it('2.37 knows it', async () => {
    const made = await start({ emptyNetworks: 'none' }, { maximum: 37 })
    await made.driver.build(fresh({ networkIds: [] }), testCall())
    expect(sent(made)['networks']).toBe('none')
  })

  it('of a project in the URL, as on older clouds, is found all the same', async () => {
    const made = await start({}, { projectInUrl: true })
    await made.driver.build(fresh(), testCall())
    clear(made.cloud)
    expect(unexpected(made.cloud)).toEqual([])
  })
})
