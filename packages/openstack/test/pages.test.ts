import { createListener } from '@amphora/conformance/fake-server'
import { own, textOf } from '@amphora/http'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pages, type PagesOptions, type Service } from '../src/index.ts'
import { createCloud, endless, failure, novaOf, type Cloud } from './cloud.ts'

const SERVERS = 'GET /v2.1/servers/detail'
let cloud: Cloud
let nova: Service
/** What is there, in its order. */
let ids: string[]
/** Called before each page, with its number. */
let before: (page: number) => void
let linkTo: (marker: string) => unknown

beforeEach(async () => {
  cloud = await createCloud()
  nova = novaOf(cloud.session())
  ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  before = () => {}
  linkTo = (marker) => [{ rel: 'next', href: `${cloud.nova.url}/v2.1/servers/detail?limit=2&marker=${marker}` }]
  cloud.nova.route(SERVERS, ({ query }) => {
    before(cloud.nova.count(SERVERS))
    const marker = query.get('marker')
    const limit = Number(query.get('limit'))
    if (marker !== null && !ids.includes(marker)) {
      return { status: 400, json: { badRequest: { code: 400, message: `marker [${marker}] not found` } } }
    }
    const rows = ids.slice(marker === null ? 0 : ids.indexOf(marker) + 1).slice(0, limit)
    const last = rows.at(-1)
    const isFull = rows.length === limit && last !== undefined
    return {
      headers: { date: 'Mon, 23 Nov 2026 16:27:27 GMT' },
      json: { servers: rows.map((id) => ({ id })), ...(isFull ? { servers_links: linkTo(last) } : {}) },
    }
  })
})
afterEach(() => cloud.close())

const options = (more: Partial<PagesOptions<string>> = {}): PagesOptions<string> => ({
  path: ['servers', 'detail'],
  query: { tags: 'amphora:x' },
  collection: 'servers',
  limit: 2,
  idOf: (row) => textOf(own(row, 'id')),
  read: (row) => textOf(own(row, 'id')),
  signal: endless(),
  step: 'list servers',
  ...more,
})

async function all(more: Partial<PagesOptions<string>> = {}): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = []
  for await (const { rows } of pages(nova, options(more))) found.push(rows)
  return found
}

const markers = (): readonly (string | null)[] => cloud.nova.requests(SERVERS).map(({ query }) => query.get('marker'))

describe('a list', () => {
  it('comes page by page, complete and in order', async () => {
    expect(await all()).toEqual([['a', 'b'], ['c', 'd'], ['e', 'f'], ['g']])
    expect(cloud.nova.requests(SERVERS).map(({ query }) => query.toString())).toEqual([
      'tags=amphora%3Ax&limit=2',
      'tags=amphora%3Ax&limit=2&marker=b',
      'tags=amphora%3Ax&limit=2&marker=d',
      'tags=amphora%3Ax&limit=2&marker=f',
    ])
  })

  it('that is empty is one page without rows', async () => {
    ids = []
    expect(await all()).toEqual([[]])
  })

  it('that fills its last page has one page more', async () => {
    ids = ['a', 'b']
    expect(await all()).toEqual([['a', 'b'], []])
  })

  it('tells the time of each page', async () => {
    for await (const { dateMs } of pages(nova, options())) expect(dateMs).toBe(Date.parse('2026-11-23T16:27:27Z'))
  })

  it('leaves out rows that do not count, and goes on behind them', async () => {
    expect(await all({ read: (row) => (own(row, 'id') === 'b' ? undefined : textOf(own(row, 'id'))) })).toEqual([
      ['a'],
      ['c', 'd'],
      ['e', 'f'],
      ['g'],
    ])
    expect(markers()).toContain('b')
  })

  it('is not asked for further than it is wanted', async () => {
    for await (const { rows } of pages(nova, options())) if (rows.includes('a')) break
    expect(cloud.nova.count(SERVERS)).toBe(1)
  })

  it('may have pages of 32 MiB', async () => {
    cloud.nova.route(SERVERS, () => ({ json: { servers: [{ id: 'a', padding: 'x'.repeat(2 * 1024 * 1024) }] } }))
    expect(await all()).toEqual([['a']])
    expect(await failure(all({ maxBytes: 1024 }))).toMatchObject({ reason: 'http/unreadable-answer' })
  })

  it('ends with the error of a page that fails', async () => {
    const got: unknown[] = []
    before = (page) => {
      if (page === 2) void cloud.nova.inject({ kind: 'status', status: 503, on: SERVERS })
    }
    const reading = (async () => {
      for await (const { rows } of pages(nova, options())) got.push(...rows)
    })()
    expect(await failure(reading)).toMatchObject({ code: 'unavailable' })
    expect(got).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('a link to the next page', () => {
  it('gives its marker, and is never followed', async () => {
    const stranger = await createListener()
    linkTo = (marker) => [{ rel: 'next', href: `${stranger.url}/v2.1/servers/detail?marker=${marker}&all_tenants=1` }]
    expect((await all()).flat()).toEqual(ids)
    expect(await stranger.reached()).toEqual([])
    expect(cloud.nova.requests(SERVERS).some(({ query }) => query.has('all_tenants'))).toBe(false)
    await stranger.close()
  })

  it.each<[string, (marker: string) => unknown]>([
    ['without a marker', () => [{ rel: 'next', href: 'https://nova.example/v2.1/servers/detail' }]],
    ['that is no URL', () => [{ rel: 'next', href: 'http://[' }]],
    ['that is relative', (marker) => [{ rel: 'next', href: `/v2/servers?marker=${marker}` }]],
    ['among others', (marker) => [{ rel: 'self', href: '/x' }, null, { rel: 'next', href: `?marker=${marker}` }]],
  ])('%s will do', async (_what, link) => {
    linkTo = link
    expect((await all()).flat()).toEqual(ids)
  })

  it.each([undefined, null, [], 'next', [{ rel: 'previous', href: '?marker=a' }], [{ rel: 'next' }]])(
    '%j is the end',
    async (link) => {
      linkTo = () => link
      expect(await all()).toEqual([['a', 'b']])
    },
  )

  it('may also be called next, as in Glance and Ironic', async () => {
    const last = new Map([
      [null, 'b'],
      ['b', 'd'],
    ])
    cloud.nova.route('GET /v2.1/images', ({ query }) => {
      const marker = query.get('marker')
      const next = last.get(marker)
      const images = marker === null ? ['a', 'b'] : ['c']
      return {
        json: {
          images: images.map((id) => ({ id })),
          ...(marker === null ? { next: `/v2/images?marker=${next}` } : {}),
        },
      }
    })
    expect(await all({ path: ['images'], collection: 'images' })).toEqual([['a', 'b'], ['c']])
  })

  it('that leads in a circle ends in an error', async () => {
    linkTo = () => [{ rel: 'next', href: '?marker=b' }]
    expect(await failure(all())).toMatchObject({ code: 'internal', reason: 'nova/unreadable-answer' })
    expect(cloud.nova.count(SERVERS)).toBeLessThan(5)
  })
})

describe('a marker that is gone', () => {
  it('begins its page again from the last row that is still there, without repeating one', async () => {
    before = (page) => {
      if (page === 2) ids = ids.filter((id) => id !== 'b')
    }
    expect(await all()).toEqual([['a', 'b'], ['c', 'd'], ['e', 'f'], ['g']])
    expect(markers()).toEqual([null, 'b', 'a', 'd', 'f'])
  })

  it('with all that was before it begins the list again', async () => {
    before = (page) => {
      if (page === 3) ids = ['e', 'f', 'g']
    }
    expect((await all()).flat()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(markers().slice(0, 6)).toEqual([null, 'b', 'd', 'c', 'b', null])
  })

  it('is told by what the driver says tells it', async () => {
    before = (page) => {
      if (page === 2) ids = ids.filter((id) => id !== 'b')
    }
    const error = await failure(all({ restart: ({ status }) => status === 404 }))
    expect(error).toMatchObject({ code: 'invalid-argument', status: 400 })
    expect(cloud.nova.count(SERVERS)).toBe(2)
  })

  it('is not what a first page is refused for', async () => {
    cloud.nova.route(SERVERS, () => ({ status: 404, json: {} }))
    expect(await failure(all())).toMatchObject({ code: 'not-found' })
    expect(cloud.nova.count(SERVERS)).toBe(1)
  })

  it.each([401, 403, 409, 429, 500, 503])('is not what %i tells', async (status) => {
    cloud.nova.route(SERVERS, ({ query }) =>
      query.get('marker') === null
        ? { json: { servers: [{ id: 'a' }, { id: 'b' }], servers_links: linkTo('b') } }
        : { status, json: {} },
    )
    expect(await failure(all())).toMatchObject({ status })
  })

  it('never loses a row that was there all the time, and never repeats one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ page: fc.integer({ min: 1, max: 8 }), id: fc.integer({ min: 0, max: 11 }) }), {
          maxLength: 8,
        }),
        async (limit, removals) => {
          const start = Array.from({ length: 12 }, (_none, at) => `id-${at}`)
          ids = [...start]
          cloud.nova.clear()
          before = (page) => {
            const gone = new Set(removals.filter((one) => one.page === page).map(({ id }) => `id-${id}`))
            ids = ids.filter((id) => !gone.has(id))
          }
          const found = (await all({ limit })).flat()
          expect(new Set(found).size).toBe(found.length)
          const stayed = start.filter((id) => !removals.some((one) => `id-${one.id}` === id))
          expect(found).toEqual(expect.arrayContaining(stayed))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('an answer that is no list', () => {
  it.each([{}, { servers: null }, { servers: {} }, { servers: [{}] }, { servers: [null] }, []])(
    '%j is unreadable, and never an empty list',
    async (json) => {
      cloud.nova.route(SERVERS, () => ({ json }))
      expect(await failure(all())).toMatchObject({ code: 'internal', reason: 'nova/unreadable-answer' })
    },
  )

  it('with nothing in it is unreadable too', async () => {
    cloud.nova.route(SERVERS, () => ({ status: 204 }))
    expect(await failure(all())).toMatchObject({ reason: 'nova/unreadable-answer' })
  })
})
