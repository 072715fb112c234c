import type { FakeResponse } from '@amphora/conformance/fake-server'
import type { JsonRecord } from '@amphora/fake-openstack'
import type { Call, Ironic } from './call.ts'
import { refuse } from './refuse.ts'

interface Listed<Row> {
  readonly collection: 'nodes' | 'allocations'
  /** With its query parameters that the next page keeps. */
  readonly path: string
  readonly rows: readonly Row[]
  readonly uuidOf: (row: Row) => string
  readonly view: (row: Row) => JsonRecord
  readonly absent: (marker: string) => Error
  /** Filters that are repeated in the link to the next page. */
  readonly kept?: readonly string[]
  /** One row at most can be asked for: there is no next page. */
  readonly single?: boolean
}

/** A page of a list, sorted by the order of arrival, cut to fields, with a link to the next one. */
export function listed<Row>({ url, maxLimit }: Ironic, { request }: Call, list: Listed<Row>): FakeResponse {
  const { collection, rows, uuidOf, view, kept = [] } = list
  const { query } = request
  const limit = limitOf(query.get('limit'), maxLimit)
  const marker = query.get('marker')
  const from = marker === null ? 0 : rows.findIndex((row) => uuidOf(row) === marker) + 1
  if (marker !== null && from === 0) throw list.absent(marker)
  const page = rows.slice(from, from + limit)
  const last = page.at(-1)
  const fields = query.get('fields')?.split(',')
  const documents = page.map((row) => (fields === undefined ? view(row) : cut(view(row), fields)))
  if (page.length < limit || last === undefined || list.single === true) return { json: { [collection]: documents } }
  const again = ['sort_key=id', 'sort_dir=asc', ...kept.flatMap((key) => keptOf(query, key))]
  const next = `${url}/v1/${list.path}?${again.join('&')}&limit=${limit}&marker=${uuidOf(last)}`
  const withFields = fields === undefined ? next : next.replace('&limit=', `&fields=${fields.join(',')}&limit=`)
  return { json: { [collection]: documents, next: withFields } }
}

/** Those of these fields, in the document's own order, and where they lead. */
export function cut(document: JsonRecord, fields: readonly string[]): JsonRecord {
  const unknown = fields.filter((field) => !Object.hasOwn(document, field))
  if (unknown.length > 0) throw refuse(400, `Field(s) "${unknown.join(', ')}" are not valid.`)
  return Object.fromEntries(Object.entries(document).filter(([key]) => fields.includes(key) || key === 'links'))
}

function limitOf(given: string | null, maxLimit: number): number {
  if (given === null) return maxLimit
  const limit = Number(given)
  if (!Number.isInteger(limit)) throw refuse(400, `Expected an integer for limit: ${given}`)
  if (limit < 0) throw refuse(400, 'Limit must be positive')
  return limit === 0 ? maxLimit : Math.min(limit, maxLimit)
}

function keptOf(query: URLSearchParams, key: string): readonly string[] {
  const value = query.get(key)
  return value === null ? [] : [`${key}=${value}`]
}
