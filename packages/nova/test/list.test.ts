import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { all, bench, clear, failure, plantOurs, trail, unexpected, type Bench } from './driver.ts'
import type { FakeInstance } from './fake-nova.ts'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})

interface Fleet extends Bench {
  readonly planted: readonly FakeInstance[]
}

/** So many of ours, oldest first, and a driver that knows the networks. */
async function fleet(size: number, ...options: Parameters<typeof bench>): Promise<Fleet> {
  open = await bench(...options)
  const { cloud, driver } = open
  await all(driver.list(testCall()))
  const planted = Array.from({ length: size }, (_, index) => plantOurs(cloud, `web-${index}`))
  clear(cloud)
  return { ...open, planted }
}

async function ids({ driver }: Bench): Promise<readonly string[]> {
  return (await all(driver.list(testCall()))).map(({ id }) => id)
}

const PAGE = 'nova GET /v2.1/servers/detail'

describe('a list', () => {
  it('of nothing is empty', async () => {
    expect(await ids(await fleet(0))).toEqual([])
  })

  it('of 2 500 servers are three requests, each server once', async () => {
    const made = await fleet(2_500)
    const found = await ids(made)
    expect(trail(made.cloud)).toEqual([PAGE, PAGE, PAGE])
    expect([...found].sort()).toEqual(made.planted.map(({ id }) => id).sort())
  })

  it('of exactly a page takes one request more to know that it is all', async () => {
    const made = await fleet(20, { pageSize: 10 })
    expect(await ids(made)).toHaveLength(20)
    expect(trail(made.cloud)).toEqual([PAGE, PAGE, PAGE])
  })

  it('asks for what has our tag, in pages of what the options say', async () => {
    const made = await fleet(3, { pageSize: 2 })
    await ids(made)
    const [first, second] = made.cloud.server.requests('GET /v2.1/servers/detail')
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ tags: 'amphora:amphora', limit: '2' })
    expect(second?.query.get('marker')).toBe(made.planted[1]?.id)
  })

  it('asks for one page at a time', async () => {
    const made = await fleet(30, { pageSize: 10 })
    for await (const _amphora of made.driver.list(testCall())) break
    expect(trail(made.cloud)).toEqual([PAGE])
  })

  it('goes on where a cloud gives less of a page than was asked for', async () => {
    const made = await fleet(25, {}, { maxLimit: 10 })
    expect(new Set(await ids(made)).size).toBe(25)
    expect(made.cloud.server.count()).toBe(3)
  })

  it('passes over what others have made', async () => {
    const made = await fleet(2)
    made.cloud.plant('other')
    plantOurs(made.cloud, 'web-9', 'west')
    made.cloud.plant('impostor', { tags: ['amphora:amphora'] })
    expect([...(await ids(made))].sort()).toEqual(made.planted.map(({ id }) => id).sort())
  })

  it('follows no link to another host', async () => {
    const made = await fleet(1)
    const [one] = made.planted
    const json = {
      servers: [{ id: one?.id, name: 'web-0', metadata: { amphora_owner: 'amphora', amphora_name: 'web-0' } }],
      servers_links: [{ rel: 'next', href: `http://192.0.2.1:9/v2.1/servers/detail?marker=${one?.id}` }],
    }
    await using _fault = await made.cloud.server.inject({
      kind: 'wrong-shape',
      on: ({ query }) => !query.has('marker'),
      json,
    })
    expect(await ids(made)).toEqual([one?.id])
    expect(trail(made.cloud)).toEqual([PAGE, PAGE])
  })
})

describe('a list under which things change', () => {
  it('goes on from a row that is still there where the marker is gone, and loses and repeats nothing', async () => {
    const made = await fleet(50, { pageSize: 10 })
    const found: string[] = []
    const gone: FakeInstance[] = []
    for await (const { id } of made.driver.list(testCall())) {
      found.push(id)
      // The last one of each page, and its neighbour: the next page begins after them.
      if (found.length % 10 !== 0) continue
      for (const instance of made.planted.filter((one) => found.slice(-2).includes(one.id))) {
        made.cloud.remove(instance)
        gone.push(instance)
      }
    }
    expect(new Set(found).size).toBe(found.length)
    expect([...found].sort()).toEqual(made.planted.map(({ id }) => id).sort())
    expect(gone.length).toBeGreaterThanOrEqual(8)
    expect(unexpected(made.cloud)).toEqual([])
  })

  it('begins anew where all that it has given is gone', async () => {
    const made = await fleet(30, { pageSize: 10 })
    const found: string[] = []
    for await (const { id } of made.driver.list(testCall())) {
      found.push(id)
      if (found.length === 10) for (const one of made.planted.slice(20)) made.cloud.remove(one)
    }
    expect(new Set(found).size).toBe(30)
  })

  it('gives nothing twice where one is made meanwhile, and it need not show', async () => {
    const made = await fleet(30, { pageSize: 10 })
    const found: string[] = []
    for await (const { id } of made.driver.list(testCall())) {
      found.push(id)
      if (found.length % 5 === 0) plantOurs(made.cloud, `new-${found.length}`)
    }
    expect(new Set(found).size).toBe(found.length)
    for (const { id } of made.planted) expect(found).toContain(id)
  })

  it('counts only when it is complete: a page that fails fails the list', async () => {
    const made = await fleet(30, { pageSize: 10 })
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'cut-body' }, { kind: 'lose-response' }] as const) {
      await using _fault = await made.cloud.server.inject({ ...fault, on: ({ query }) => query.has('marker') })
      expect(await failure(ids(made))).toMatchObject({ code: 'unavailable' })
    }
  })

  it('that is sent round in circles gives up', async () => {
    const made = await fleet(30, { pageSize: 10 })
    const first = made.planted[29]?.id
    await using fault = await made.cloud.server.inject({
      kind: 'wrong-shape',
      on: ({ query }) => query.has('marker'),
      json: { servers: [{ id: first }], servers_links: [{ rel: 'next', href: `http://x/?marker=${first}` }] },
    })
    expect(await failure(ids(made))).toMatchObject({ code: 'internal' })
    expect(fault.hits).toBeLessThan(5)
  })
})

describe('a list of a Nova that gives servers no tags', () => {
  it.each([51, 25, 1])('at 2.%i reads the whole project, and gives ours', async (maximum) => {
    const made = await fleet(3, {}, { maximum })
    const id = await made.driver.build(order({ nameIsFresh: true, name: 'built' }), testCall())
    made.cloud.plant('other')
    plantOurs(made.cloud, 'web-9', 'west')
    expect([...(await ids(made))].sort()).toEqual([...made.planted.map((one) => one.id), id].sort())
    const list = made.cloud.server.requests('GET /v2.1/servers/detail').at(-1)
    expect(list?.query.has('tags')).toBe(false)
    expect(unexpected(made.cloud)).toEqual([])
  })
})

describe('an answer to a list', () => {
  it.each([
    ['an object', {}],
    ['rows that are none', { servers: [{}] }],
    ['one row that is nothing', { servers: [null] }],
    ['a text', { servers: 'none' }],
  ])('that is %s is refused', async (_what, json) => {
    const made = await fleet(1)
    await using _fault = await made.cloud.server.inject({ kind: 'wrong-shape', json })
    expect(await failure(ids(made))).toMatchObject({ code: 'internal' })
  })

  it('that has a record which does not tell whose it is is refused: a list is complete or none', async () => {
    const made = await fleet(2)
    const [one] = made.planted
    if (one !== undefined) made.cloud.force(one, 'UNKNOWN')
    expect(await failure(ids(made))).toMatchObject({ code: 'unavailable', reason: 'nova/cell-down' })
  })
})
