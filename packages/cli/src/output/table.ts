import CliTable from 'cli-table3'
import { fold } from './fold.ts'
import { plain } from './plain.ts'
import type { Style } from './style.ts'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  /** What becomes of it where the table is too wide; without it, nothing. */
  readonly tooWide?: 'cut' | 'wrap'
  readonly paint?: (text: string, row: Row) => string
}

const GAP = 2
const LEAST = 12

/** Rows under titles, without rules. Fits the terminal; in a pipe nothing is ever cut. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { width, colors }: Style): string {
  const cells = rows.map((row) => columns.map((column) => plain(column.value(row))))
  const widths = fitted(columns, cells, width)
  const set = new CliTable({
    chars: NO_RULES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    // The last one needs no gap behind it.
    colWidths: widths.map((one, at) => one + (at < columns.length - 1 ? GAP : 0)),
    wordWrap: columns.some(({ tooWide }) => tooWide === 'wrap'),
    wrapOnWordBoundary: true,
  })
  set.push(columns.map(({ title }) => colors.dim(title)))
  for (const [index, row] of rows.entries()) {
    set.push(
      columns.map(({ paint, tooWide }, at) => {
        const given = cells[index]?.[at] ?? ''
        const text = tooWide === 'cut' ? cut(given, widths[at] ?? 0) : given
        return paint === undefined ? text : paint(text, row)
      }),
    )
  }
  return `${set.toString().replace(/ +$/gm, '')}\n`
}

/** The width of every column; those that may give way do so from the last to the first. */
function fitted<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  most: number,
): readonly number[] {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)))
  let excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - most
  for (const [at, { tooWide }] of [...columns.entries()].toReversed()) {
    if (tooWide === undefined || excess <= 0) continue
    const wanted = widths[at] ?? 0
    const given = Math.min(wanted, Math.max(LEAST, wanted - excess))
    widths[at] = given
    excess -= wanted - given
  }
  return widths
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** Names and values, one pair a line; long values are folded on a terminal only. */
export function pairs(entries: readonly (readonly [string, string | undefined])[], style: Style): string {
  const given = entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, plain(value)] as const]))
  const longest = Math.max(...given.map(([name]) => name.length)) + GAP
  const set = ([name, value]: readonly [string, string]): string => {
    const first = `${style.colors.dim(name)}${' '.repeat(longest - name.length)}`
    return style.isTerminal ? fold(value, style.width, first, ' '.repeat(longest)) : `${first}${value}\n`
  }
  return given.map(set).join('')
}

const NO_RULES = Object.fromEntries(
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle'
    .split(' ')
    .map((place) => [place, '']),
)
