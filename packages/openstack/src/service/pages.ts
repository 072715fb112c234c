import { listOf, own, textOf } from '@amphora/http'
import { OpenStackError } from '../openstack-error.ts'
import type { Service, ServiceAnswer } from './service.ts'
import type { Query } from './target.ts'

/** A list that comes in pages. */
export interface PagesOptions<Row> {
  readonly path: readonly string[]
  readonly query?: Query | undefined
  /** The key of the list in the answer: `servers`. Links to the next page are `servers_links` or `next`. */
  readonly collection: string
  /** Rows that one page asks for. */
  readonly limit: number
  /** What a row is called, also as a marker; `undefined` for what is no row. */
  readonly idOf: (row: unknown) => string | undefined
  /** What is made of a row; `undefined` for one that does not count. */
  readonly read: (row: unknown) => Row | undefined
  readonly signal: AbortSignal
  /** For messages: `list servers`. */
  readonly step: string
  /** Which refusal of a page with a marker says that the marker is gone. Default: 400 and 404. */
  readonly restart?: ((error: OpenStackError) => boolean) | undefined
  readonly microversion?: string | undefined
  /** The longest page that is read. Default 32 MiB. */
  readonly maxBytes?: number | undefined
}

/** The rows of one page, without those that an earlier page had. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly dateMs: number | undefined
}

const LONGEST_PAGE = 32 * 1024 * 1024

/**
 * A whole list, page by page. What was deleted meanwhile does not end it: where the marker is gone, the page is asked for
 * again from the last row that is still there. Only once it has ended without an error is the list complete. Of a link
 * to the next page only its marker is taken, never where it leads.
 */
export async function* pages<Row>(service: Service, options: PagesOptions<Row>): AsyncGenerator<Page<Row>, void> {
  const { read } = options
  const ids: string[] = []
  const seen = new Set<string>()
  let barren = new Set<string>()
  let marker: string | undefined
  for (;;) {
    const { answer, from } = await pageFrom(service, options, marker, ids)
    if (from !== marker) barren = new Set()
    const page = rowsOf(service, options, answer)
    const rows: Row[] = []
    for (const { id, row } of page) {
      if (seen.has(id)) continue
      seen.add(id)
      ids.push(id)
      barren = new Set()
      const value = read(row)
      if (value !== undefined) rows.push(value)
    }
    yield { rows, dateMs: answer.dateMs }
    marker = nextMarker(answer.body, options.collection, page.at(-1)?.id)
    if (marker === undefined) return
    if (barren.has(marker)) throw unreadable(service, options, answer, 'pages that lead to each other')
    barren.add(marker)
  }
}

interface FoundPage {
  readonly answer: ServiceAnswer
  /** The marker that it was given for. */
  readonly from: string | undefined
}

async function pageFrom<Row>(
  service: Service,
  options: PagesOptions<Row>,
  marker: string | undefined,
  ids: readonly string[],
): Promise<FoundPage> {
  const { path, query, limit, signal, step, microversion, maxBytes = LONGEST_PAGE } = options
  const isGone = options.restart ?? (({ status }: OpenStackError): boolean => status === 400 || status === 404)
  // Neighbours are often deleted together, so each step back is twice as long; at last it is the beginning.
  for (let from = marker, back = 1; ; back *= 2) {
    try {
      const request = {
        method: 'GET',
        path,
        query: { ...query, limit, marker: from },
        signal,
        step,
        microversion,
        maxBytes,
      } as const
      return { answer: await service.send(request), from }
    } catch (thrown) {
      if (from === undefined || !(thrown instanceof OpenStackError) || !isGone(thrown)) throw thrown
      from = ids[ids.length - 1 - back]
    }
  }
}

interface FoundRow {
  readonly id: string
  readonly row: unknown
}

function rowsOf<Row>(service: Service, options: PagesOptions<Row>, answer: ServiceAnswer): readonly FoundRow[] {
  const { collection, idOf } = options
  const rows = listOf(own(answer.body, collection))
  if (rows === undefined) throw unreadable(service, options, answer, 'something else than a list')
  return rows.map((row) => {
    const id = idOf(row)
    if (id === undefined) throw unreadable(service, options, answer, 'a list of something else')
    return { id, row }
  })
}

/** Nova and Neutron `<collection>_links: [{rel: 'next', href}]`, Glance and Ironic `next`. */
function nextMarker(body: unknown, collection: string, lastId: string | undefined): string | undefined {
  const links = listOf(own(body, `${collection}_links`)) ?? []
  const link =
    textOf(
      own(
        links.find((one) => own(one, 'rel') === 'next'),
        'href',
      ),
    ) ?? textOf(own(body, 'next'))
  if (link === undefined) return undefined
  const url = URL.canParse(link, 'http://any.invalid') ? new URL(link, 'http://any.invalid') : undefined
  return textOf(url?.searchParams.get('marker')) ?? lastId
}

function unreadable<Row>(
  { peer, reasonPrefix }: Service,
  { step }: PagesOptions<Row>,
  { status, requestId }: ServiceAnswer,
  what: string,
): OpenStackError {
  return new OpenStackError(`${peer} was asked to ${step} and answered with ${what}`, {
    step,
    verdict: 'unsure',
    code: 'internal',
    reason: `${reasonPrefix}/unreadable-answer`,
    status,
    requestId,
  })
}
