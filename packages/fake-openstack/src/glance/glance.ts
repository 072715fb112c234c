import { createFakeServer, type FakeClock, type FakeServer } from '@amphora/conformance/fake-server'
import type { FakeResponse, RecordedRequest } from '@amphora/conformance/fake-server'
import { requestId, uuidOf } from '../toolkit/ids.ts'
import { imageDocument, type FakeImage, type NewImage } from './image.ts'
import type { JsonRecord } from '../toolkit/json.ts'
import type { FakeKeystone } from '../keystone/keystone.ts'
import { answered, Refusal } from '../toolkit/refusal.ts'
import { systemClock } from '../toolkit/system-clock.ts'

export interface FakeGlanceOptions {
  readonly keystone: FakeKeystone
  readonly clock?: FakeClock
  /** Default: one, `tiny`, with the tag `amphora`. */
  readonly images?: readonly NewImage[]
}

/** Glance 25 as its clients see it: the list of images and each of them. */
export interface FakeGlance extends AsyncDisposable {
  readonly server: FakeServer
  readonly url: string
  /** In the order in which they came. */
  readonly images: Map<string, FakeImage>
  add(image: NewImage): FakeImage
  close(): Promise<void>
}

const SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at']
const MAX_LIMIT = 1000

export async function createFakeGlance(options: FakeGlanceOptions): Promise<FakeGlance> {
  const { keystone } = options
  const clock = options.clock ?? systemClock
  const server = await createFakeServer({ clock })
  const images = new Map<string, FakeImage>()

  const glance: FakeGlance = {
    server,
    url: server.url,
    images,
    add: (image) => {
      const made: FakeImage = {
        id: uuidOf(`image ${image.name} ${images.size}`),
        tags: [],
        status: 'active',
        visibility: 'public',
        owner: keystone.projectId('admin'),
        createdAt: clock.now(),
        properties: {},
        ...image,
      }
      images.set(made.id, made)
      return made
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
  for (const image of options.images ?? [{ name: 'tiny', tags: ['amphora'] }]) glance.add(image)

  async function known(request: RecordedRequest, work: () => FakeResponse): Promise<FakeResponse> {
    if (keystone.authenticate(request) === undefined) {
      const { 'www-authenticate': challenge = '' } = keystone.unauthorized().headers ?? {}
      return { ...said(401, 'Unauthorized', UNAUTHORIZED).answer, headers: { 'www-authenticate': challenge } }
    }
    const answer = await answered(work)
    return { ...answer, headers: { 'x-openstack-request-id': requestId(), ...answer.headers } }
  }

  server.route('GET /', () => ({ status: 300, json: { versions: versions(server.url) } }))
  server.route('GET /v2/images/{id}', (request) =>
    known(request, () => {
      const image = images.get(request.params.id)
      if (image === undefined) throw said(404, 'Not Found', `No image found with ID ${request.params.id}`)
      return { json: imageDocument(image) }
    }),
  )
  server.route('GET /v2/images', (request) => known(request, () => ({ json: page(request.query) })))

  function page(query: URLSearchParams): JsonRecord {
    const limit = limitOf(query.get('limit'))
    const marker = query.get('marker')
    const rows = sorted([...images.values()], query).filter((image) => fits(image, query))
    const from = marker === null ? 0 : rows.findIndex(({ id }) => id === marker) + 1
    if (marker !== null && !images.has(marker)) throw said(400, 'Bad Request', `No image found with ID ${marker}`)
    const shown = rows.slice(from, from + limit)
    const first = new URLSearchParams(query)
    first.delete('marker')
    const last = shown.at(-1)
    const isFull = last !== undefined && shown.length === limit
    const next = new URLSearchParams(first)
    if (last !== undefined) next.set('marker', last.id)
    return {
      images: shown.map(imageDocument),
      first: path(first),
      schema: '/v2/schemas/images',
      ...(isFull ? { next: path(next) } : {}),
    }
  }

  return glance
}

const UNAUTHORIZED =
  'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.'

/** The shape of an error that WebOb makes. */
function said(status: number, title: string, message: string): Refusal {
  return new Refusal({ status, json: { message: `${message}<br /><br />\n\n\n`, code: `${status} ${title}`, title } })
}

function limitOf(text: string | null): number {
  if (text === null) return 25
  if (!/^\d+$/.test(text)) throw said(400, 'Bad Request', 'limit param must be an integer')
  return Math.min(Number(text), MAX_LIMIT)
}

const NOT_FILTERS = new Set(['limit', 'marker', 'sort', 'sort_key', 'sort_dir'])

function fits(image: FakeImage, query: URLSearchParams): boolean {
  const document = imageDocument(image)
  return [...query].every(([key, value]) => {
    if (NOT_FILTERS.has(key)) return true
    if (key === 'tag') return image.tags.includes(value)
    const among = /^in:(.*)$/s.exec(value)?.[1]
    const found = document[key]
    return among === undefined ? String(found) === value : listed(among).includes(String(found))
  })
}

/** The values of a list with commas; one in quotes may hold a comma. */
function listed(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, plain = '']) => quoted ?? plain)
}

/** By `sort=key:dir,…`, or by `sort_key` and `sort_dir`; the newest first unless told otherwise. */
function sorted(images: readonly FakeImage[], query: URLSearchParams): readonly FakeImage[] {
  const pairs = query.get('sort')?.split(',') ?? [
    `${query.get('sort_key') ?? 'created_at'}:${query.get('sort_dir') ?? 'desc'}`,
  ]
  const order = pairs.map((pair) => pair.split(':'))
  for (const [key = ''] of order) {
    if (SORT_KEYS.includes(key)) continue
    throw said(
      400,
      'Bad Request',
      `Invalid sort key: ${key}. It must be one of the following: ${SORT_KEYS.join(', ')}.`,
    )
  }
  const rank = (image: FakeImage, key: string): string | number => {
    if (key === 'created_at' || key === 'updated_at') return image.createdAt
    const value = imageDocument(image)[key]
    return typeof value === 'number' ? value : String(value)
  }
  return [...images].sort((a, b) => {
    for (const [key = '', direction] of [...order, ['id', order.at(-1)?.[1]]]) {
      const [left, right] = [rank(a, key), rank(b, key)]
      if (left !== right) return (left < right ? -1 : 1) * (direction === 'asc' ? 1 : -1)
    }
    return 0
  })
}

function path(query: URLSearchParams): string {
  return query.size === 0 ? '/v2/images' : `/v2/images?${query.toString()}`
}

function versions(url: string): readonly JsonRecord[] {
  const older = [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
  return [15, ...older].map((minor) => ({
    id: `v2.${minor}`,
    status: minor === 15 ? 'CURRENT' : 'SUPPORTED',
    links: [{ rel: 'self', href: `${url}/v2/` }],
  }))
}
