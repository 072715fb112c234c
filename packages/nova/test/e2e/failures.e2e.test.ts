import { AmphoraBuildError, AmphoraComputeError, InstanceNotFoundError, type BuildRequest } from '@amphora/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bare, failure, missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const NOBODY = '11111111-1111-4111-8111-111111111111'

describe.skipIf(missing !== undefined)(`What a real Nova refuses${skipped}`, () => {
  let site: Site
  let compute: NovaCompute
  beforeAll(async () => {
    site = await openSite()
    compute = await site.connect()
  })
  afterAll(() => site?.clear())
  afterEach(() => site.testbed.quota(undefined))

  it.each([
    ['image', { imageId: NOBODY }, 'nova/no-such-image'],
    ['name of an image', { imageId: 'nothing' }, 'nova/no-such-image'],
    ['tag', { imageId: 'tag:nothing' }, 'nova/no-such-image'],
    ['flavor', { flavor: NOBODY }, 'nova/no-such-flavor'],
    ['name of a flavor', { flavor: 'nothing' }, 'nova/no-such-flavor'],
    ['size', { flavor: { vcpus: 5_000 } }, 'nova/no-flavor-fits'],
    ['network', { networkIds: [NOBODY] }, 'nova/no-such-network'],
    ['port', { portIds: [NOBODY] }, 'nova/no-such-port'],
    ['security group', { secGroups: ['nothing'] }, 'nova/no-such-security-group'],
    ['placement group', { placementGroupId: `east/${NOBODY}` }, 'nova/no-such-group'],
    ['zone', { availabilityZone: 'nowhere' }, 'nova/no-such-zone'],
  ] satisfies readonly (readonly [string, BuildRequest, string])[])('is an unknown %s', async (what, more, reason) => {
    const name = `${site.owner}-${what.replaceAll(' ', '-')}`
    const error = await failure(compute.build(site.request(name, more)))
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code: 'not-found', reason, outcome: 'not-created' })
    const problems = await compute.validate(site.request(name, more))
    expect(problems).toHaveLength(1)
    for await (const amphora of compute.list()) expect(amphora.name).not.toBe(name)
  })

  it('is a key pair that is not there', async () => {
    const other = await site.connect({ keyName: 'nothing' })
    const error = await failure(other.build(site.request(`${site.owner}-key`)))
    expect(error).toMatchObject({ code: 'not-found', reason: 'nova/no-such-key', outcome: 'not-created' })
  })

  it('is an image of which there are two by that name, and both are told', async () => {
    const error = await failure(compute.build(site.request(`${site.owner}-twin`, { imageId: 'twin' })))
    expect(error).toMatchObject({ code: 'invalid-argument', reason: 'nova/ambiguous-image' })
    for (const id of site.testbed.ids.twins) expect(error.message).toContain(id)
  })

  it('is the newest of its tag where an image is named so', async () => {
    const id = await compute.build(site.request(`${site.owner}-tag`, { imageId: 'tag:amphora' }))
    await expect(compute.waitFor(id, 'active')).resolves.toMatchObject({ imageId: site.testbed.ids.images['tiny-2'] })
    await compute.delete(id)
  })

  it('is what the quota has no room for, before and at the build', async () => {
    await site.testbed.quota({ instances: 0 })
    const request = site.request(`${site.owner}-quota`)
    await expect(compute.validate(request)).resolves.toEqual([
      expect.stringMatching(/^the quota of 0 instances has 0 left, and this takes 1$/),
    ])
    const quick = await site.connect({}, { breaker: false })
    const error = await failure(quick.build(request))
    expect(error).toMatchObject({ code: 'resource-exhausted', reason: 'nova/quota', outcome: 'not-created' })
    await expect(compute.getAmphora({ name: request.name ?? '' })).rejects.toBeInstanceOf(InstanceNotFoundError)
  })

  it('shows as a fault where no host has room, and can be deleted', async () => {
    const { ids } = site.testbed
    const request = site.request(`${site.owner}-full`, {
      flavor: ids.flavors['m1.large'],
      availabilityZone: 'small',
    })
    const id = await compute.build(request)
    const error = await failure(compute.waitFor(id, 'active'))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/no-valid-host' })
    await expect(compute.status(id)).resolves.toMatchObject({ state: 'error', fault: /^No valid host was found\./ })
    await expect(compute.build(request)).resolves.toBe(id)
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
  })

  it('shows as a fault where the host gives up', async () => {
    const id = await compute.build(site.request(`${site.owner}-abort`, { availabilityZone: 'abort' }))
    expect(await failure(compute.waitFor(id, 'active'))).toMatchObject({ code: 'failed-precondition' })
    const { fault, reason } = await compute.status(id)
    expect([fault, reason]).toEqual([expect.stringMatching(/aborted/), 'nova/build-aborted'])
    await compute.delete(id)
  })

  it('is an error without a fault where an operator sets it, told with the action that failed or none', async () => {
    const id = await compute.build(site.request(`${site.owner}-reset`))
    await compute.waitFor(id, 'active')
    await site.testbed.openstack(['server', 'set', '--state', 'error', bare(id)], 'admin')
    const status = await compute.status(id)
    expect(status).toMatchObject({ state: 'error', raw: 'ERROR' })
    expect(status.fault).toBeUndefined()
    await compute.delete(id)
  })

  it('is the change of what an operator has locked', async () => {
    const id = await compute.build(site.request(`${site.owner}-locked`))
    await compute.waitFor(id, 'active')
    await site.testbed.openstack(['server', 'lock', bare(id)], 'admin')
    const locked = { code: 'failed-precondition', reason: 'nova/locked' }
    expect(await failure(compute.delete(id))).toMatchObject({ name: 'DeleteFailed', ...locked })
    expect(await failure(compute.suspend(id))).toMatchObject(locked)
    await site.testbed.openstack(['server', 'unlock', bare(id)], 'admin')
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
  })

  it('is the suspension of what is stopped', async () => {
    const id = await compute.build(site.request(`${site.owner}-stopped`))
    await compute.waitFor(id, 'active')
    await site.testbed.openstack(['server', 'stop', bare(id)])
    await compute.waitFor(id, 'stopped')
    expect(await failure(compute.suspend(id))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/wrong-state',
    })
    await compute.delete(id)
  })

  it('is nothing where a server is deleted in mid-build', async () => {
    const id = await compute.build(site.request(`${site.owner}-young`))
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
    await expect(site.servers(`${site.owner}-young`)).resolves.toEqual([])
  })

  it('is a port that another server has, to a build and to an attach', async () => {
    const { ids } = site.testbed
    const port = await site.openstack<{ readonly id: string }>([
      'port',
      'create',
      '--network',
      ids.networks.net1,
      `${site.owner}-port`,
    ])
    try {
      const holder = await compute.build(site.request(`${site.owner}-holder`, { networkIds: [], portIds: [port.id] }))
      await compute.waitFor(holder, 'active')
      const taken = await failure(
        compute.build(site.request(`${site.owner}-taker`, { networkIds: [], portIds: [port.id] })),
      )
      expect(taken).toMatchObject({ code: 'failed-precondition', reason: 'nova/port-in-use', outcome: 'not-created' })
      await expect(compute.attachNetworkOrPort(holder, { portId: port.id })).resolves.toMatchObject({ portId: port.id })
      const other = await compute.build(site.request(`${site.owner}-other`))
      await compute.waitFor(other, 'active')
      expect(await failure(compute.attachNetworkOrPort(other, { portId: port.id }))).toMatchObject({
        code: 'failed-precondition',
        reason: 'nova/port-in-use',
      })
      await compute.delete(other)
      await compute.delete(holder)
      await compute.waitFor(holder, 'deleted')
    } finally {
      await site.testbed.openstack(['port', 'delete', port.id])
    }
  })

  it('is a foreign server: not found when read, not ours when changed, and left as it is', async () => {
    const other = await site.connect({}, { owner: `${site.owner}x` })
    const id = await other.build(site.request(`${site.owner}-foreign`))
    await other.waitFor(id, 'active')
    await expect(compute.getAmphora({ id })).rejects.toBeInstanceOf(InstanceNotFoundError)
    await expect(compute.delete(id)).rejects.toMatchObject({ code: 'permission-denied' })
    await expect(compute.getAmphora({ name: `${site.owner}-foreign` })).rejects.toBeInstanceOf(InstanceNotFoundError)
    const mine = await compute.build(site.request(`${site.owner}-foreign`))
    expect(mine).not.toBe(id)
    await expect(site.servers(`${site.owner}-foreign`)).resolves.toHaveLength(2)
    await compute.delete(mine)
    await other.delete(id)
    await other.waitFor(id, 'deleted')
  })

  it('is a wrong password, and a project that is not there, which Keystone does not tell apart', async () => {
    const { auth = {} } = site.options()
    for (const wrong of [{ password: 'wrong' }, { projectName: 'nothing' }]) {
      const stranger = await site.connect({ auth: { ...auth, ...wrong } })
      const error = await failure(stranger.status(`east/${NOBODY}`))
      expect(error).toBeInstanceOf(AmphoraComputeError)
      expect(error).toMatchObject({ code: 'unauthenticated' })
      expect(error.message).not.toContain(String(auth.password))
    }
  })
})

describe.skipIf(missing !== undefined)(`Server groups of a real Nova${skipped}`, () => {
  let site: Site
  let compute: NovaCompute
  beforeAll(async () => {
    site = await openSite()
    compute = await site.connect()
  })
  afterAll(() => site?.clear())

  it('keep two members apart, have no room for a third on two hosts, and are gone when they are deleted', async () => {
    const group = await compute.createPlacementGroup({ name: `apart-${site.owner}`, policy: 'anti-affinity' })
    await expect(compute.createPlacementGroup({ name: `apart-${site.owner}`, policy: 'anti-affinity' })).resolves.toBe(
      group,
    )
    const ids: string[] = []
    for (const index of [1, 2, 3]) {
      ids.push(await compute.build(site.request(`${site.owner}-member-${index}`, { placementGroupId: group })))
    }
    const ends = await Promise.allSettled(ids.map((id) => compute.waitFor(id, 'active')))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    const hosts = await Promise.all(
      ids.map(async (id) => {
        const seen = await site.openstack<Record<string, string>>(['server', 'show', bare(id)], 'admin')
        return seen['OS-EXT-SRV-ATTR:host']
      }),
    )
    expect(new Set(hosts.filter(Boolean)).size).toBe(2)
    const third = ids[ends.findIndex(({ status }) => status === 'rejected')] ?? ''
    await expect(compute.status(third)).resolves.toMatchObject({ state: 'error', reason: 'nova/no-valid-host' })
    for (const id of ids) await compute.delete(id)
    await Promise.all(ids.map((id) => compute.waitFor(id, 'deleted')))
    await compute.deletePlacementGroup(group)
    await compute.deletePlacementGroup(group)
    const left = await site.openstack<readonly { readonly Name: string }[]>(['server', 'group', 'list'])
    expect(left.some(({ Name }) => Name.includes(site.owner))).toBe(false)
  })
})
