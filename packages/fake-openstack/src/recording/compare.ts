import { isDeepStrictEqual } from 'node:util'
import type { Exchange, Recordings } from './exchange.ts'
import { isRecord } from '../toolkit/json.ts'
import { masked, maskedJson } from './mask.ts'

/** They tell of one connection, or of the moment. */
const IGNORED_HEADERS = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding'])
/** Whose presence counts, and not their value. */
const VARYING_HEADERS = new Set(['content-length', 'x-openstack-request-id', 'x-compute-request-id', 'x-subject-token'])
/** Records whose keys are the caller's own. */
const OPEN = new Set(['metadata', 'addresses', 'extra_specs', 'rules', 'meta'])
/** Whose values are the same wherever the same was asked. */
const TELLING = new Set([
  'status',
  'vm_state',
  'task_state',
  'OS-EXT-STS:task_state',
  'OS-EXT-STS:vm_state',
  'OS-EXT-STS:power_state',
  'OS-EXT-AZ:availability_zone',
  'locked',
  'locked_reason',
  'description',
  'config_drive',
  'key_name',
  'tags',
  'metadata',
  'fault',
  'message',
  'policy',
  'policies',
  'rel',
  'version',
  'min_version',
  'device_owner',
])

/** How a fresh recording differs from one that is kept: status, headers, shape of the body; what is refused, to the word. */
export function differences(kept: Exchange, fresh: Exchange): readonly string[] {
  const { response: a } = kept
  const { response: b } = fresh
  if (a.status !== b.status) return [`status: ${a.status}, now ${b.status} ${JSON.stringify(b.body)}`]
  const bodies =
    a.status >= 400
      ? changedText(maskedJson(a.body), maskedJson(b.body))
      : changedShape(shapeOf(a.body), shapeOf(b.body))
  return [...changedRequest(kept, fresh), ...changedHeaders(a.headers, b.headers), ...bodies]
}

/** The same for whole recordings, by name; what only one of them has is told too. */
export function compareRecordings(kept: Recordings, fresh: Recordings): Readonly<Record<string, readonly string[]>> {
  const names = [...new Set([...Object.keys(kept), ...Object.keys(fresh)])].sort()
  const all = names.map((name) => {
    const [a, b] = [kept[name], fresh[name]]
    if (a === undefined) return [name, ['there is no such recording']] as const
    return [name, b === undefined ? ['it was not recorded again'] : differences(a, b)] as const
  })
  return Object.fromEntries(all.filter(([, found]) => found.length > 0))
}

function changedRequest({ request: a }: Exchange, { request: b }: Exchange): readonly string[] {
  const same = isDeepStrictEqual(
    [a.method, masked(a.path), maskedJson(a.body)],
    [b.method, masked(b.path), maskedJson(b.body)],
  )
  return same ? [] : [`request: ${a.method} ${a.path}, now ${b.method} ${b.path} ${JSON.stringify(b.body)}`]
}

function changedHeaders(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): readonly string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !IGNORED_HEADERS.has(name))
  return names.flatMap((name) => {
    const [before, now] = [a[name], b[name]].map((value) => (value === undefined ? 'absent' : masked(value)))
    if (before === now) return []
    const isPresence = before !== 'absent' && now !== 'absent'
    return isPresence && VARYING_HEADERS.has(name) ? [] : [`header ${name}: ${before}, now ${now}`]
  })
}

function changedText(a: unknown, b: unknown): readonly string[] {
  return isDeepStrictEqual(a, b) ? [] : [`body: ${JSON.stringify(a)}, now ${JSON.stringify(b)}`]
}

type Shape = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The kinds of value at every path: `string`, `null`, `list`, …; of those keys whose values tell something, the value
 * itself, masked. All items of a list share one path.
 */
export function shapeOf(value: unknown): Shape {
  const shape = new Map<string, Set<string>>()
  const note = (path: string, kind: string): void => {
    shape.set(path, (shape.get(path) ?? new Set()).add(kind))
  }
  const walk = (here: unknown, path: string, key: string): void => {
    if (TELLING.has(key)) note(path, `= ${JSON.stringify(maskedJson(here))}`)
    else if (Array.isArray(here)) {
      note(path, here.length === 0 ? 'empty list' : 'list')
      for (const one of here) walk(one, `${path}[]`, '')
    } else if (isRecord(here)) {
      note(path, 'record')
      for (const [name, one] of Object.entries(here)) walk(one, `${path}.${OPEN.has(key) ? '*' : name}`, name)
    } else note(path, here === null ? 'null' : typeof here)
  }
  walk(value, '', '')
  return shape
}

function changedShape(a: Shape, b: Shape): readonly string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])]
  return paths.flatMap((path) => {
    const [before, now] = [a.get(path), b.get(path)]
    if (before === undefined || now === undefined) {
      return isBelowEmpty(path, before === undefined ? a : b)
        ? []
        : [`body${path}: ${listed(before)}, now ${listed(now)}`]
    }
    const differs = [...before].every((kind) => !now.has(kind)) && !(isList(before) && isList(now))
    return differs ? [`body${path}: ${listed(before)}, now ${listed(now)}`] : []
  })
}

/** What an empty list would have held is not known. */
function isBelowEmpty(path: string, shape: Shape): boolean {
  const parents = [...path.matchAll(/\[\]/g)].map(({ index }) => path.slice(0, index))
  return parents.some((parent) => shape.get(parent)?.has('empty list') === true && !shape.get(parent)?.has('list'))
}

function isList(kinds: ReadonlySet<string>): boolean {
  return kinds.has('list') || kinds.has('empty list')
}

function listed(kinds: ReadonlySet<string> | undefined): string {
  return kinds === undefined ? 'absent' : [...kinds].join(' or ')
}
