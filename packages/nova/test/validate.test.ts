import type { BuildOrder } from '@amphora/core'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { ABSENT, bench, clear, failure, marked, plantOurs, trail, unexpected, type Bench } from './driver.ts'
import { IMAGE, NETWORK, order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

function problems({ driver }: Bench, changes: Partial<BuildOrder> = {}): Promise<readonly string[]> {
  return driver.validate(order(changes), testCall())
}

describe('an order that can be built', () => {
  it('has no problem, and nothing is changed by asking', async () => {
    const made = await start({}, { securityGroups: ['web'] })
    const { cloud, driver } = made
    const projectId = cloud.keystone.projectId('demo')
    const port = cloud.neutron.createPort({ networkId: NETWORK, projectId })
    const web = cloud.neutron.securityGroups(projectId).find(({ name }) => name === 'web')
    const found = await problems(made, {
      availabilityZone: 'nova',
      placementGroupId: await driver.createPlacementGroup('pair', 'affinity', testCall()),
      secGroups: ['web', web?.id ?? ''],
      portIds: [port.id],
      keys: ['ssh-rsa A'],
      files: [{ path: '/x', bytes: new Uint8Array(10) }],
    })
    expect(found).toEqual([])
    expect(cloud.servers()).toEqual([])
    const methods = [cloud.server, cloud.glance.server, cloud.neutron.server].flatMap((server) =>
      server.requests().map(({ method }) => method),
    )
    expect(methods.filter((method) => method !== 'GET')).toEqual(['POST'])
    expect(unexpected(cloud)).toEqual([])
  })

  it('asks for what it names, and for no more', async () => {
    const made = await start()
    await made.driver.check(testCall())
    clear(made.cloud)
    await problems(made, { nameIsFresh: true })
    expect([...trail(made.cloud)].sort()).toEqual([
      'glance GET /v2/images/{id}',
      'neutron GET /v2.0/networks',
      'nova GET /v2.1/flavors/detail',
      'nova GET /v2.1/limits',
    ])
  })

  it('may be one that is built already', async () => {
    const made = await start()
    await made.driver.build(order({ nameIsFresh: true }), testCall())
    expect(await problems(made)).toEqual([])
  })
})

describe('a problem', () => {
  it.each([
    ['flavor', { flavor: 'm1.none' }, /flavor "m1.none" is neither the name nor the id/],
    ['flavor by id', { flavor: ABSENT }, /flavor ".*" is neither the name nor the id/],
    ['flavor by size', { flavor: { vcpus: 64 } }, /no flavor has at least 64 vcpus/],
    ['image', { imageId: ABSENT }, /imageId ".*" is no image of the cloud/],
    ['image by tag', { imageId: 'tag:none' }, /no active image has the tag "none"/],
    ['image by name', { imageId: 'none' }, /neither an id nor the name/],
    ['network', { networkIds: [ABSENT] }, /network ".*" does not exist/],
    ['port', { portIds: [ABSENT] }, /port ".*" does not exist/],
    ['security group', { secGroups: ['none'] }, /security group "none" does not exist/],
    ['zone', { availabilityZone: 'moon' }, /availabilityZone "moon" is none of abort, nova, small/],
    ['placement group', { placementGroupId: ABSENT }, /placementGroupId .* does not exist/],
    ['payload', { userData: new Uint8Array(49_150) }, /Nova takes 49149/],
    ['rule of this driver', { portIds: ['p'] }, /portIds\[0\] must be a UUID/],
  ] as const)('of the %s is told', async (_what, changes, words) => {
    const made = await start()
    const found = await problems(made, changes)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(words)
  })

  it('is told with all the others', async () => {
    const made = await start({}, { quota: { instances: 0 } })
    const found = await problems(made, {
      imageId: ABSENT,
      networkIds: [ABSENT, 'net1'],
      secGroups: ['none'],
      availabilityZone: 'moon',
      placementGroupId: ABSENT,
      userData: new Uint8Array(49_150),
    })
    expect(found).toHaveLength(8)
  })

  it.each([
    ['instances', { instances: 1 }, 'the quota of 1 instances has 0 left, and this takes 1'],
    ['processors', { cores: 8 }, 'the quota of 8 vcpus has 7 left, and this takes 8'],
    ['memory', { ram: 8192 }, 'the quota of 8192 MiB of memory has 7680 left, and this takes 8192'],
  ])('of the quota of %s is told with what is left', async (_what, quota, words) => {
    const made = await start({}, { quota })
    await made.driver.build(order({ name: 'first', nameIsFresh: true }), testCall())
    expect(await problems(made, { flavor: 'm1.large' })).toEqual([words])
  })

  it('is no quota where there is none', async () => {
    const made = await start({}, { quota: { instances: -1, cores: -1, ram: -1 } })
    expect(await problems(made)).toEqual([])
  })

  it('of the name is told where an amphora of another order has it, and where nobody else counts', async () => {
    const made = await start()
    made.cloud.plant('web-1', marked('web-1', 'west'))
    made.cloud.plant('web-1')
    expect(await problems(made)).toEqual([])
    plantOurs(made.cloud, 'web-1')
    expect(await problems(made)).toEqual([])
    expect(await problems(made, { fingerprint: 'v1:two' })).toEqual([
      'name "web-1" is taken by an amphora that another request has built',
    ])
  })
})

describe('an outage', () => {
  it.each(['nova', 'glance', 'neutron'] as const)('of %s is no problem of the order, but an error', async (which) => {
    const made = await start()
    const { server, glance, neutron } = made.cloud
    const service = { nova: server, glance: glance.server, neutron: neutron.server }[which]
    await made.driver.check(testCall())
    await using _fault = await service.inject({ kind: 'status', status: 503 })
    expect(await failure(problems(made))).toMatchObject({ code: 'unavailable' })
  })

  it('in which Glance answers with nonsense is no missing image', async () => {
    const made = await start()
    await using _fault = await made.cloud.glance.server.inject({ kind: 'status', status: 500 })
    expect(await failure(problems(made, { imageId: IMAGE }))).toMatchObject({ code: 'internal' })
  })

  it.each(['networks', 'ports', 'security_groups'])('in which Neutron gives no list of %s is an error', async (key) => {
    const made = await start()
    await using _fault = await made.cloud.neutron.server.inject({ kind: 'wrong-shape', json: { [key]: 7 } })
    const changes = { portIds: [ABSENT], secGroups: ['x'] }
    expect(await failure(problems(made, changes))).toMatchObject({ code: 'internal', reason: 'nova/unreadable-answer' })
  })
})
