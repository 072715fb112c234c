import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { ABSENT, bench, clear, failure, trail, unexpected, type Bench } from './driver.ts'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const LIST = 'nova GET /v2.1/os-server-groups'
const POST = 'POST /v2.1/os-server-groups'

describe('a placement group', () => {
  it.each([
    [93, { policy: 'anti-affinity' }],
    [63, { policies: ['anti-affinity'] }],
    [14, { policies: ['anti-affinity'] }],
    [1, { policies: ['anti-affinity'] }],
  ])('of a Nova of 2.%i is made as it takes it, under a name that begins with its owner', async (maximum, policy) => {
    const { cloud, driver } = await start({}, { maximum })
    const id = await driver.createPlacementGroup('pair', 'anti-affinity', testCall())
    expect(cloud.server.requests(POST)[0]?.json()).toEqual({ server_group: { name: 'amphora-pair', ...policy } })
    expect(cloud.groups().map((group) => [group.id, group.policy])).toEqual([[id, 'anti-affinity']])
    expect(await driver.createPlacementGroup('pair', 'anti-affinity', testCall())).toBe(id)
    await driver.deletePlacementGroup(id, testCall())
    expect(cloud.groups()).toEqual([])
    expect(unexpected(cloud)).toEqual([])
  })

  it.each(['anti-affinity', 'soft-anti-affinity', 'affinity', 'soft-affinity'] as const)(
    'may have the policy %s',
    async (policy) => {
      const { cloud, driver } = await start()
      await driver.createPlacementGroup('pair', policy, testCall())
      expect(cloud.groups()[0]?.policy).toBe(policy)
    },
  )

  it.each([
    [15, 'soft-affinity'],
    [15, 'soft-anti-affinity'],
  ] as const)('of a Nova of 2.%i may be %s', async (maximum, policy) => {
    const { cloud, driver } = await start({}, { maximum })
    await driver.createPlacementGroup('pair', policy, testCall())
    expect(cloud.groups()[0]?.policy).toBe(policy)
  })

  it.each(['soft-affinity', 'soft-anti-affinity'] as const)(
    'that is %s is refused where Nova knows no such policy, and nothing is sent',
    async (policy) => {
      const { cloud, driver } = await start({}, { maximum: 14 })
      await driver.check(testCall())
      clear(cloud)
      const error = await failure(driver.createPlacementGroup('pair', policy, testCall()))
      expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/microversion' })
      expect((error as Error).message).toContain('2.15')
      expect(trail(cloud)).toEqual([])
    },
  )

  it('that is there already is the answer', async () => {
    const { cloud, driver, connect } = await start()
    const id = await driver.createPlacementGroup('pair', 'affinity', testCall())
    clear(cloud)
    expect(await driver.createPlacementGroup('pair', 'affinity', testCall())).toBe(id)
    expect(trail(cloud)).toEqual([LIST])
    expect(await connect().createPlacementGroup('pair', 'affinity', testCall())).toBe(id)
    expect(cloud.groups()).toHaveLength(1)
  })

  it('that is there with another policy is refused', async () => {
    const { cloud, driver } = await start()
    await driver.createPlacementGroup('pair', 'affinity', testCall())
    expect(await failure(driver.createPlacementGroup('pair', 'anti-affinity', testCall()))).toMatchObject({
      code: 'already-exists',
      reason: 'nova/other-policy',
    })
    expect(cloud.groups()).toHaveLength(1)
  })

  it('of another owner of that name is another', async () => {
    const { cloud, driver, connect } = await start()
    const ours = await driver.createPlacementGroup('pair', 'affinity', testCall())
    const theirs = await connect({ owner: 'west' }).createPlacementGroup('pair', 'anti-affinity', testCall())
    expect(theirs).not.toBe(ours)
    expect(cloud.groups().map(({ name }) => name)).toEqual(['amphora-pair', 'west-pair'])
  })

  it('is refused where the quota is used up', async () => {
    const { driver } = await start({}, { quota: { serverGroups: 1 } })
    await driver.createPlacementGroup('one', 'affinity', testCall())
    expect(await failure(driver.createPlacementGroup('two', 'affinity', testCall()))).toMatchObject({
      code: 'resource-exhausted',
      reason: 'nova/group-quota',
    })
  })

  it('keeps its servers apart, as far as there are hosts', async () => {
    const { cloud, driver } = await start()
    const placementGroupId = await driver.createPlacementGroup('pair', 'anti-affinity', testCall())
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      ids.push(await driver.build(order({ name, nameIsFresh: true, placementGroupId }), testCall()))
      await cloud.settle()
    }
    const hosts = cloud.servers().map(({ host }) => host?.name)
    expect(new Set(hosts.slice(0, 2)).size).toBe(2)
    expect(await driver.status(ids[2] ?? '', testCall())).toMatchObject({
      state: 'error',
      fault: 'No valid host was found. There are not enough hosts available.',
      reason: 'nova/no-valid-host',
    })
  })

  it.each([
    ['an answer that is none', {}],
    ['a group without an id', { server_group: { name: 'amphora-pair' } }],
  ])('in %s is not believed', async (_what, json) => {
    const { cloud, driver } = await start()
    await using _fault = await cloud.server.inject({ kind: 'wrong-shape', on: POST, json })
    expect(await failure(driver.createPlacementGroup('pair', 'affinity', testCall()))).toMatchObject({
      code: 'internal',
      reason: 'nova/unreadable-answer',
    })
  })
})

describe('deleting a placement group', () => {
  it('resolves where there is none', async () => {
    const { cloud, driver } = await start()
    await driver.deletePlacementGroup(ABSENT, testCall())
    clear(cloud)
    await driver.deletePlacementGroup('pair', testCall())
    await driver.deletePlacementGroup('', testCall())
    expect(trail(cloud)).toEqual([])
  })

  it('resolves where another was quicker', async () => {
    const { cloud, driver } = await start()
    const id = await driver.createPlacementGroup('pair', 'affinity', testCall())
    await using _raced = await cloud.server.inject({
      kind: 'reset-before',
      on: ({ method }) => {
        if (method === 'DELETE') cloud.compute.groups.clear()
        return false
      },
    })
    expect(await driver.deletePlacementGroup(id, testCall())).toBeUndefined()
  })

  it.each(['west-pair', 'pair', 'amphora'])('never touches one that is called %s', async (name) => {
    const { cloud, driver } = await start()
    const projectId = cloud.keystone.projectId('demo')
    const foreign = cloud.compute.addGroup({ name, policy: 'affinity', rules: {}, projectId, userId: '' })
    expect(await failure(driver.deletePlacementGroup(foreign.id, testCall()))).toMatchObject({
      code: 'permission-denied',
      reason: 'nova/foreign',
    })
    expect(cloud.groups()).toEqual([foreign])
  })

  it('never reads an outage as gone', async () => {
    const { cloud, driver } = await start()
    const id = await driver.createPlacementGroup('pair', 'affinity', testCall())
    await using _fault = await cloud.server.inject({ kind: 'status', status: 404, text: '<html>' })
    expect(await failure(driver.deletePlacementGroup(id, testCall()))).toMatchObject({ code: 'unavailable' })
  })
})
