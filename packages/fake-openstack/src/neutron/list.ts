import type { FakeResponse } from '@amphora/conformance/fake-server'
import { listAt, type JsonRecord } from '../toolkit/json.ts'
import { badRequest, notFound } from './refusal.ts'

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  networks: ['id', 'name', 'project_id', 'tenant_id', 'shared', 'status', 'admin_state_up', 'router:external', 'mtu'],
  ports: [
    'id',
    'name',
    'network_id',
    'project_id',
    'tenant_id',
    'mac_address',
    'admin_state_up',
    'status',
    'device_id',
    'device_owner',
    'description',
    'fixed_ips',
    'security_groups',
    'binding:host_id',
    'binding:vnic_type',
  ],
  security_groups: ['id', 'name', 'project_id', 'tenant_id', 'shared', 'description', 'stateful'],
}
const TAG_FILTERS = ['tags', 'tags-any', 'not-tags', 'not-tags-any']
const NOT_FILTERS = new Set(['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir', ...TAG_FILTERS])

/** A page of a collection: filtered by attributes, by tags, cut to fields, with a link to the next one. */
export function listed(
  collection: 'networks' | 'ports' | 'security_groups',
  rows: readonly JsonRecord[],
  query: URLSearchParams,
  url: string,
): FakeResponse {
  const attributes = new Set([...query.keys()].filter((key) => !NOT_FILTERS.has(key)))
  const unknown = [...attributes].filter((key) => ATTRIBUTES[collection]?.includes(key) !== true)
  if (unknown.length > 0) throw badRequest(`['${unknown.join("', '")}'] is invalid attribute for filtering`)

  const found = rows.filter(
    (row) => [...attributes].every((key) => query.getAll(key).includes(written(row[key]))) && hasTags(row, query),
  )
  const marker = query.get('marker')
  const from = marker === null ? 0 : found.findIndex(({ id }) => id === marker) + 1
  if (marker !== null && from === 0) throw notFound(collection === 'ports' ? 'Port' : 'Network', marker)
  const limit = query.has('limit') ? Number(query.get('limit')) : Infinity
  const page = found.slice(from, from + limit)
  const [first, last] = [page[0], page.at(-1)]
  const links = [
    ...(page.length === limit && last !== undefined ? [{ rel: 'next', href: link(last) }] : []),
    ...(query.has('limit') && first !== undefined
      ? [{ rel: 'previous', href: `${link(first)}&page_reverse=True` }]
      : []),
  ]

  function link({ id }: JsonRecord): string {
    const next = new URLSearchParams(query)
    next.set('marker', String(id))
    return `${url}/v2.0/${collection.replace('_', '-')}?${next.toString()}`
  }

  const fields = query.getAll('fields')
  const cut = (row: JsonRecord): JsonRecord =>
    Object.fromEntries(Object.entries(row).filter(([key]) => fields.length === 0 || fields.includes(key)))
  return {
    json: { [collection]: page.map(cut), ...(links.length > 0 ? { [`${collection}_links`]: links } : {}) },
  }
}

/** As it stands in a query. */
function written(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function hasTags(row: JsonRecord, query: URLSearchParams): boolean {
  const tags = new Set(listAt(row, 'tags'))
  const wanted = (key: string): readonly string[] => query.get(key)?.split(',') ?? []
  const any = wanted('tags-any')
  return (
    wanted('tags').every((tag) => tags.has(tag)) &&
    (any.length === 0 || any.some((tag) => tags.has(tag))) &&
    (!query.has('not-tags') || !wanted('not-tags').every((tag) => tags.has(tag))) &&
    !wanted('not-tags-any').some((tag) => tags.has(tag))
  )
}
