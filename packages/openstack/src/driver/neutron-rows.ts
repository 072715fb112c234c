import { listOf, own, textOf } from '@amphora/http'
import type { Service } from '../service/service.ts'
import { unreadable } from './failure.ts'

/** Something of Neutron's by both of its names. */
export interface NeutronRow {
  readonly id: string
  readonly name: string
}

/** What a project can see of one kind, by id and name. */
export function readRows(body: unknown, kind: NeutronKind, prefix: string): readonly NeutronRow[] {
  const rows = listOf(own(body, kind.replace('-', '_')))
  if (rows === undefined) throw unreadable('Neutron', stepOf(kind), prefix)
  return rows.flatMap((row) => {
    const id = textOf(own(row, 'id'))
    return id === undefined ? [] : [{ id, name: textOf(own(row, 'name')) ?? '' }]
  })
}

/** What Neutron lists. */
export type NeutronKind = 'networks' | 'ports' | 'security-groups'

/** Those of these that the project cannot see. Security groups go by name as well. */
export async function missingFrom(
  neutron: Service,
  kind: NeutronKind,
  ids: readonly string[],
  prefix: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const byName = kind === 'security-groups'
  const { body } = await neutron.send({
    method: 'GET',
    path: [kind],
    query: { ...(byName ? {} : { id: ids }), fields: ['id', 'name'] },
    signal,
    step: stepOf(kind),
  })
  const rows = readRows(body, kind, prefix)
  const known = new Set(rows.flatMap(({ id, name }) => (byName ? [id, name] : [id])))
  return ids.filter((id) => !known.has(id))
}

function stepOf(kind: NeutronKind): string {
  return `list ${kind.replace('-', ' ')}`
}
