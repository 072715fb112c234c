import type { AmphoraBuildError } from '@amphora/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rendezvousOrder } from '../src/placement/rendezvous.ts'
import { openSite, type Balancers, type Site } from './setting.ts'

const DOMAINS = { one: 'east', two: 'east', three: 'west' }
let site: Site
let compute: Balancers

beforeEach(async () => {
  site = await openSite(DOMAINS)
  compute = await site.controller()
})
afterEach(() => site.close())

const domainOf = (name: string): string =>
  DOMAINS[Object.entries(site.stands()).find(([, names]) => names.includes(name))?.[0] as keyof typeof DOMAINS]

/** Names that would all be tried on the same box first, were it not for their group. */
function namesFirstTriedOn(box: string, count: number): readonly string[] {
  const names = Array.from({ length: 200 }, (_, at) => `lb-${at}`)
  return names.filter((name) => rendezvousOrder(name, Object.keys(DOMAINS), (id) => id)[0] === box).slice(0, count)
}

it('two members of an anti-affine group stand in two domains, also where both would rather be on the same box', async () => {
  const placementGroupId = await compute.createPlacementGroup({ name: 'apart', policy: 'anti-affinity' })
  for (const [first = '', second = ''] of [
    namesFirstTriedOn('one', 2),
    namesFirstTriedOn('two', 2),
    namesFirstTriedOn('three', 2),
  ]) {
    const ids = [
      await site.build(compute, first, { placementGroupId }),
      await site.build(compute, second, { placementGroupId }),
    ]
    expect(new Set([domainOf(first), domainOf(second)])).toEqual(new Set(['east', 'west']))
    for (const id of ids) await compute.delete(id)
  }
})

it('another box of the same domain is none that is apart: a third member is refused, and nothing is left', async () => {
  const placementGroupId = await compute.createPlacementGroup({ name: 'apart', policy: 'anti-affinity' })
  await site.build(compute, 'a', { placementGroupId })
  await site.build(compute, 'b', { placementGroupId })
  const before = site.stands()
  await expect(site.build(compute, 'c', { placementGroupId })).rejects.toMatchObject({
    code: 'resource-exhausted',
    reason: 'hardware/no-domain-left',
    outcome: 'not-created',
  })
  expect(site.stands()).toEqual(before)
})

it('a soft group is apart as far as there are domains', async () => {
  const placementGroupId = await compute.createPlacementGroup({ name: 'if-possible', policy: 'soft-anti-affinity' })
  const [first = '', second = '', third = ''] = namesFirstTriedOn('one', 3)
  await site.build(compute, first, { placementGroupId })
  await site.build(compute, second, { placementGroupId })
  expect(new Set([domainOf(first), domainOf(second)])).toEqual(new Set(['east', 'west']))
  await site.build(compute, third, { placementGroupId })
  expect(domainOf(third)).toBeDefined()
})

it('members of other groups, and of none, do not hinder', async () => {
  const apart = await compute.createPlacementGroup({ name: 'apart', policy: 'anti-affinity' })
  const others = await compute.createPlacementGroup({ name: 'others', policy: 'anti-affinity' })
  const [first = '', second = '', third = ''] = namesFirstTriedOn('one', 3)
  await site.build(compute, first, { placementGroupId: apart })
  await site.build(compute, second, { placementGroupId: others })
  await site.build(compute, third)
  expect(site.stands()['one']).toEqual([first, second, third].sort())
})

it('two controllers that build two members at the same time never leave both in one domain', async () => {
  const other = await site.controller()
  const placementGroupId = await compute.createPlacementGroup({ name: 'racing', policy: 'anti-affinity' })
  const names = namesFirstTriedOn('three', 10)
  for (let at = 0; at < names.length; at += 2) {
    const pair = names.slice(at, at + 2)
    const built = await Promise.allSettled([
      site.build(compute, pair[0] ?? '', { placementGroupId }),
      site.build(other, pair[1] ?? '', { placementGroupId }),
    ])
    const standing = pair.map(domainOf).filter((domain) => domain !== undefined)
    expect(new Set(standing).size).toBe(standing.length)
    expect(standing).toHaveLength(built.filter(({ status }) => status === 'fulfilled').length)
    const refused = built.flatMap((one) => (one.status === 'rejected' ? [one.reason as AmphoraBuildError] : []))
    expect(refused.map(({ outcome }) => outcome)).toEqual(refused.map(() => 'not-created'))
    for (const one of built) if (one.status === 'fulfilled') await compute.delete(one.value)
  }
}, 60_000)

it('policies that no box can keep are refused', async () => {
  await expect(compute.createPlacementGroup({ name: 'near', policy: 'affinity' })).rejects.toThrow('never together')
})
