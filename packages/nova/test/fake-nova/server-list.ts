import type { JsonRecord, Schema } from '@amphora/fake-openstack'
import type { Call, Nova } from './call.ts'
import { demandQuery } from './checked.ts'
import { isStatus, stateOf, type FakeInstance } from './instance.ts'
import type { Microversion } from './microversion.ts'
import { forbidden, refuse } from './refuse.ts'
import { serverView, shortView } from './server-view.ts'

const TAG_FILTERS = ['tags', 'tags-any', 'not-tags', 'not-tags-any']

/** The answer of `GET /servers` and of `GET /servers/detail`. */
export function serverList(nova: Nova, call: Call, as: 'detail' | 'short'): JsonRecord {
  const { request, version, identity } = call
  const { query } = request
  demandQuery(query, querySchema(version))
  const forAll = query.has('all_tenants') && !/^(?:0|f|false|n|no|off)$/i.test(query.get('all_tenants') ?? '')
  if (forAll && !identity.isAdmin) {
    throw forbidden(`os_compute_api:servers:${as === 'detail' ? 'detail' : 'index'}:get_all_tenants`)
  }
  const statuses = query.getAll('status')
  if (statuses.length > 0 && !statuses.some(isStatus)) {
    if (version >= 38) throw refuse(400, 'Invalid status value')
    return { servers: [] }
  }
  if (statuses.some((word) => word.toUpperCase() === 'DELETED') && !identity.isAdmin) {
    throw refuse(403, 'Only administrators may list deleted instances')
  }

  const mine = nova.compute
    .all()
    .filter(({ projectId, order }) =>
      forAll
        ? true
        : identity.project === undefined
          ? order.userId === identity.userId
          : projectId === identity.project.id,
    )
  const rows = mine.filter((instance) => fits(nova, instance, call)).sort((a, b) => b.number - a.number)
  const after = numberOf(mine, query.get('marker'))
  const limit = limitOf(query, nova.maxLimit)
  const page = rows.filter(({ number }) => number < after).slice(0, limit)
  const next = limit > 0 && page.length === limit ? nextLink(nova, call, page.at(-1)?.id ?? '', as) : undefined
  return {
    servers: page.map((instance) =>
      as === 'detail' ? serverView(nova, call, instance, 'row') : shortView(nova, instance),
    ),
    ...(next === undefined ? {} : { servers_links: [{ rel: 'next', href: next }] }),
  }
}

/** Where a page begins. A deleted server is still a marker, until its row is archived. */
function numberOf(mine: readonly FakeInstance[], marker: string | null): number {
  if (marker === null) return Infinity
  const found = mine.find(({ id, isArchived }) => id === marker && !isArchived)
  if (found === undefined) throw refuse(400, `marker [${marker}] not found`)
  return found.number
}

/** `limit`, but never more than the service's own. */
export function limitOf(query: URLSearchParams, most: number): number {
  return Math.min(most, query.has('limit') ? Number(query.get('limit')) : most)
}

function nextLink({ server }: Nova, { request: { query } }: Call, marker: string, as: 'detail' | 'short'): string {
  const pairs = [...query].filter(([key]) => key !== 'marker').sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
  const next = new URLSearchParams([...pairs, ['marker', marker]])
  return `${server.url}/v2.1/servers${as === 'detail' ? '/detail' : ''}?${next.toString()}`
}

/** The filters that count. Whatever else an ordinary user gives is passed over. */
function fits(nova: Nova, instance: FakeInstance, { request: { query }, version, identity }: Call): boolean {
  const since = query.get('changes-since')
  const before = version >= 66 ? query.get('changes-before') : null
  const wantsDeleted = identity.isAdmin && /^(?:1|t|true|y|yes|on)$/i.test(query.get('deleted') ?? '')
  if (instance.isArchived) return false
  if (since === null && before === null && instance.exists === wantsDeleted) return false
  if (instance.vmState === 'soft-delete' && !query.has('changes-since')) return false
  if (since !== null && instance.updatedAt < Date.parse(since)) return false
  if (before !== null && instance.updatedAt > Date.parse(before)) return false

  const matches = (key: string, text: string): boolean => {
    const pattern = query.get(key)
    return pattern === null || new RegExp(pattern).test(text)
  }
  const project = identity.isAdmin ? (query.get('tenant_id') ?? query.get('project_id')) : null
  if (project !== null && project !== instance.projectId) return false
  const statuses = query.getAll('status')
  const addresses = nova.compute.neutron
    .portsOf(instance.id)
    .flatMap(({ settings }) => settings.fixedIps.map((one) => one.ip_address))
  const flavorRef = query.get('flavor')
  return (
    matches('name', instance.name) &&
    (query.get('image') ?? instance.order.imageId) === instance.order.imageId &&
    (flavorRef === null || flavorRef === instance.order.flavor.id) &&
    (statuses.length === 0 || statuses.some((word) => isIn(instance, word))) &&
    (!query.has('ip') || addresses.some((one) => one.includes(query.get('ip') ?? ''))) &&
    (version < 73 ||
      !query.has('locked') ||
      /^(?:1|t|true|yes)$/i.test(query.get('locked') ?? '') === (instance.lockedBy !== undefined)) &&
    (version < 26 || hasTags(instance, query))
  )
}

function isIn(instance: FakeInstance, word: string): boolean {
  const state = stateOf(word.toUpperCase())
  if (state === undefined) return false
  return instance.vmState === state.vmState && (state.taskState === null || instance.taskState === state.taskState)
}

function hasTags(instance: FakeInstance, query: URLSearchParams): boolean {
  const tags = new Set(instance.exists ? instance.tags : [])
  const [all, any, notAll, notAny] = TAG_FILTERS.map((key) => query.get(key)?.split(','))
  return (
    (all?.every((tag) => tags.has(tag)) ?? true) &&
    (any?.some((tag) => tags.has(tag)) ?? true) &&
    (notAll === undefined || !notAll.every((tag) => tags.has(tag))) &&
    !(notAny?.some((tag) => tags.has(tag)) ?? false)
  )
}

const text: Schema = { type: 'array', items: { type: 'string' } }
const pattern: Schema = { type: 'array', items: { type: 'string', format: 'regex' } }
const time: Schema = { type: 'array', items: { type: 'string', format: 'date-time' } }

const TEXTS = [
  'user_id',
  'project_id',
  'tenant_id',
  'launch_index',
  'image_ref',
  'image',
  'vm_state',
  'task_state',
  'host',
]
  .concat(['uuid', 'sort_key', 'sort_dir', 'all_tenants', 'soft_deleted', 'deleted', 'status', 'marker'])
  .concat(['block_device_mapping', 'services', 'metadata', 'system_metadata', 'info_cache', 'security_groups'])
const PATTERNS = ['kernel_id', 'ramdisk_id', 'hostname', 'key_name', 'power_state', 'node', 'flavor', 'reservation_id']
  .concat(['launched_at', 'terminated_at', 'availability_zone', 'name', 'display_name', 'description', 'locked_by'])
  .concat(['display_description', 'root_device_name', 'config_drive', 'access_ip_v4', 'access_ip_v6', 'progress'])
  .concat(['auto_disk_config', 'ip', 'ip6', 'created_at'])

/** From 2.75 on what is not named here is refused. */
function querySchema(version: Microversion): Schema {
  const patterns = [...PATTERNS, ...(version >= 26 ? TAG_FILTERS : [])]
  const texts = [...TEXTS, ...(version >= 73 ? ['locked'] : [])]
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(texts.map((key) => [key, text])),
      ...Object.fromEntries(patterns.map((key) => [key, pattern])),
      limit: { type: 'array', items: { type: 'string', pattern: '^[0-9]*$' } },
      offset: { type: 'array', items: { type: 'string', pattern: '^[0-9]*$' } },
      'changes-since': time,
      ...(version >= 66 ? { 'changes-before': time } : {}),
    },
    additionalProperties: version < 75,
    patternProperties: { '^_': text },
  }
}
