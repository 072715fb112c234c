import type { Amphora, AmphoraState, AmphoraStatus } from '@amphora/core'
import { pairs, table, type Column } from './table.ts'
import type { Style } from './style.ts'

/** One amphora, everything that is known of it. */
export function amphoraView(amphora: Amphora, style: Style): string {
  const { id, name, type, status, addresses, flavor, imageId, availabilityZone, createdAt } = amphora
  return pairs(
    [
      ['name', name],
      ['id', id],
      ['type', type],
      ...statusPairs(status),
      ...addresses.map(
        ({ ip, networkId }) => ['address', networkId === undefined ? ip : `${ip} on ${networkId}`] as const,
      ),
      ['flavor', flavor],
      ['image', imageId],
      ['zone', availabilityZone],
      ['created', createdAt],
    ],
    style,
  )
}

/** One state, and what the backend says of it. */
export function statusView(id: string, status: AmphoraStatus, style: Style): string {
  return pairs([['id', id], ...statusPairs(status)], style)
}

/** Many, one a line. */
export function amphoraTable(amphorae: readonly Amphora[], style: Style): string {
  const columns: readonly Column<Amphora>[] = [
    { title: 'NAME', value: ({ name }) => name, tooWide: 'cut' },
    { title: 'TYPE', value: ({ type }) => type },
    {
      title: 'STATE',
      value: ({ status }) => status.state,
      paint: (text, { status }) => painted(text, status.state, style),
    },
    { title: 'ADDRESS', value: addressOf },
    { title: 'ID', value: ({ id }) => id, tooWide: 'cut' },
  ]
  return table(columns, amphorae, style)
}

/** A state in its colour. */
export function painted(text: string, state: AmphoraState, { colors }: Style): string {
  if (state === 'active') return colors.green(text)
  if (state === 'error' || state === 'unknown') return colors.red(text)
  return colors.yellow(text)
}

function statusPairs({ state, raw, fault, reason }: AmphoraStatus): readonly (readonly [string, string | undefined])[] {
  return [
    ['state', state],
    ['says', raw],
    ['fault', fault],
    ['reason', reason],
  ]
}

function addressOf({ addresses: [first, ...more] }: Amphora): string {
  if (first === undefined) return '-'
  return more.length === 0 ? first.ip : `${first.ip} +${more.length}`
}
