import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rendezvousOrder } from '../src/placement/rendezvous.ts'
import { createCompute } from '@amphora/core'
import { caddy } from '../src/index.ts'
import { openSite, type Balancers, type Site } from './setting.ts'

const BOXES = ['one', 'two', 'three', 'four']
const DOMAINS = { one: 'east', two: 'east', three: 'west', four: 'west' }
let site: Site
let compute: Balancers

beforeEach(async () => {
  site = await openSite(DOMAINS)
  compute = await site.controller()
})
afterEach(() => site.close())

const orderOf = (name: string): readonly string[] => rendezvousOrder(name, BOXES, (id) => id)
const boxOf = (name: string): string | undefined =>
  Object.entries(site.stands()).find(([, names]) => names.includes(name))?.[0]

async function with_(over: Readonly<Record<string, object>>, act: (one: Balancers) => Promise<void>): Promise<void> {
  const one = await createCompute({ drivers: { box: caddy(site.options(over)) } })
  try {
    await act(one)
  } finally {
    await one.close()
  }
}

describe('the order in which a name tries boxes', () => {
  it('is spread evenly, and stays as it is for all other names when a box goes', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => `name-${at}`)
    const counts = BOXES.map((box) => names.filter((name) => orderOf(name)[0] === box).length)
    expect(Math.min(...counts)).toBeGreaterThan(400)
    const without = (name: string): readonly string[] => rendezvousOrder(name, BOXES.slice(1), (id) => id)
    for (const name of names) expect(without(name)).toEqual(orderOf(name).filter((box) => box !== 'one'))
  })

  it('is kept by every controller', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await site.build(compute, name)
      expect(boxOf(name)).toBe(orderOf(name)[0])
    }
  })

  it('goes past what is full, at most three boxes', async () => {
    const [first = '', second = '', third = ''] = orderOf('web')
    site.boxes[first]?.setFull(true)
    site.boxes[second]?.setFull(true)
    const id = await site.build(compute, 'web')
    expect(boxOf('web')).toBe(third)
    await compute.delete(id)
    site.boxes[third]?.setFull(true)
    await expect(site.build(compute, 'web')).rejects.toMatchObject({
      code: 'resource-exhausted',
      outcome: 'not-created',
    })
    expect(Object.values(site.stands()).flat()).toEqual([])
  }, 30_000)

  it('goes past what is cordoned, and what stands there is still reached', async () => {
    const [first = '', second] = orderOf('web')
    const id = await site.build(compute, 'web')
    await with_({ [first]: { cordoned: true } }, async (one) => {
      expect(await site.build(one, 'web')).toBe(id)
      await one.delete(id)
      await site.build(one, 'web')
      expect(boxOf('web')).toBe(second)
    })
  })

  it('is that of the zone where one is asked for', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await site.build(compute, name, { availabilityZone: 'west' })
      expect(['three', 'four']).toContain(boxOf(name))
    }
  })

  it('goes past a box that has as many guests as the inventory lets it', async () => {
    const [first = '', second] = orderOf('web')
    await with_({ [first]: { maxGuests: 1 } }, async (one) => {
      site.boxes[first]?.plant('others')
      await site.build(one, 'web')
      expect(boxOf('web')).toBe(second)
    })
  })

  it('leaves out what lacks the image, and says so where none has it', async () => {
    await expect(site.build(compute, 'web', { imageId: 'nothing' })).rejects.toMatchObject({
      code: 'invalid-argument',
      reason: 'hardware/fits-nowhere',
    })
    const lacking = Object.fromEntries(BOXES.slice(1).map((box) => [box, { images: {} }]))
    await with_(lacking, async (one) => {
      for (const name of ['a', 'b', 'c']) {
        await site.build(one, name)
        expect(boxOf(name)).toBe('one')
      }
    })
  })
})

describe('a box that does not answer', () => {
  it('fails a build under a name of the caller, which may be on it, until it is cordoned', async () => {
    const silent = orderOf('web')[3] ?? ''
    await site.boxes[silent]?.server.down()
    await expect(site.build(compute, 'web')).rejects.toMatchObject({ code: 'unavailable', outcome: 'not-created' })
    await with_({ [silent]: { cordoned: true } }, async (one) => {
      await expect(site.build(one, 'web')).resolves.toBeDefined()
    })
  }, 30_000)
})

it('a name is found on whichever box it is, and only once built', async () => {
  const [first = '', second = ''] = orderOf('web')
  site.boxes[first]?.setFull(true)
  const id = await site.build(compute, 'web')
  site.boxes[first]?.setFull(false)
  expect(await site.build(compute, 'web')).toBe(id)
  expect(boxOf('web')).toBe(second)
  expect(Object.values(site.stands()).flat()).toEqual(['web'])
})
