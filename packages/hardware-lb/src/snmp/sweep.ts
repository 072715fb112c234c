import type { SnmpValue } from './guest-table.ts'

/** Values in one answer: what fits into an unfragmented datagram, as a rule. */
export const VALUES_A_DATAGRAM = 40
/** No appliance has more guests. */
const MOST_ROWS = 16_384

/** An object and its value; `undefined` at the end of all objects. */
interface Told {
  readonly oid: string
  readonly value: SnmpValue
}

/** Asks for what follows each object, `most` times; the answer may be shorter, in whatever place. */
export type AskBulk = (oids: readonly string[], most: number) => Promise<readonly (readonly Told[])[]>

/**
 * A whole table by GETBULK, in at most ceil(rows x columns / 40) + 1 questions where the agent answers them in full. The
 * columns go on independently, since an agent may cut an answer anywhere and rows may lack columns.
 *
 * @throws {UnreadableTable} where the agent does not get on, goes back, or has no end.
 */
export async function sweep(
  entry: string,
  columns: readonly number[],
  ask: AskBulk,
): Promise<ReadonlyMap<string, ReadonlyMap<number, SnmpValue>>> {
  const rows = new Map<string, Map<number, SnmpValue>>()
  let open = columns.map((column) => ({ column, base: `${entry}.${column}`, last: `${entry}.${column}` }))
  while (open.length > 0) {
    const most = Math.ceil(VALUES_A_DATAGRAM / open.length)
    const answer = await ask(
      open.map(({ last }) => last),
      most,
    )
    const next: typeof open = []
    let hasMoved = false
    for (const [at, { column, base, last }] of open.entries()) {
      let reached = last
      let isOver = false
      for (const { oid, value } of answer[at] ?? []) {
        if (value !== undefined && !follows(oid, reached)) throw new UnreadableTable('its table runs backwards')
        isOver = !oid.startsWith(`${base}.`) || value === undefined
        if (isOver) break
        reached = oid
        const index = oid.slice(base.length + 1)
        const row = rows.get(index) ?? new Map<number, SnmpValue>()
        rows.set(index, row.set(column, value))
      }
      hasMoved ||= isOver || reached !== last
      if (!isOver) next.push({ column, base, last: reached })
    }
    if (!hasMoved) throw new UnreadableTable('it answers without telling more')
    if (rows.size > MOST_ROWS) throw new UnreadableTable('its table has no end')
    open = next
  }
  return rows
}

/** A table that nobody can read to its end. */
export class UnreadableTable extends Error {}

/** In the order of the objects (RFC 3416, 4.2.2). */
function follows(oid: string, other: string): boolean {
  const later = oid.split('.').map(Number)
  const earlier = other.split('.').map(Number)
  for (const [at, part] of later.entries()) {
    const before = earlier[at]
    if (before === undefined || part > before) return true
    if (part < before) return false
  }
  return false
}
