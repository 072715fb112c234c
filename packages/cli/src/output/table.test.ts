import { describe, expect, it } from 'vitest'
import { styleOf, type Style } from './style.ts'
import { pairs, table, type Column } from './table.ts'

interface Row {
  readonly name: string
  readonly id: string
}
const columns: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name, tooWide: 'cut' },
  { title: 'ID', value: ({ id }) => id, tooWide: 'cut' },
]
const rows: readonly Row[] = [
  { name: 'lb-1', id: 'x'.repeat(70) },
  { name: 'a-longer-name', id: 'short' },
]
const terminal = (width: number): Style => styleOf({ isTTY: true, columns: width }, { NO_COLOR: '1' }, true)
const pipe = styleOf({}, {}, true)

describe('a table', () => {
  it('is never cut in a pipe, and has no space behind its lines', () => {
    expect(table(columns, rows, pipe)).toBe(
      `NAME           ID\nlb-1           ${'x'.repeat(70)}\na-longer-name  short\n`,
    )
  })

  it('fits the terminal, and gives way from the last column', () => {
    const lines = table(columns, rows, terminal(40)).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBe(40)
    expect(lines[1]).toBe(`lb-1           ${'x'.repeat(24)}…`)
  })

  it('gives way in the first column as well where the last is as narrow as it gets', () => {
    const long = [{ name: 'n'.repeat(50), id: 'i'.repeat(50) }]
    expect(table(columns, long, terminal(40)).split('\n')[1]).toBe(`${'n'.repeat(25)}…  ${'i'.repeat(11)}…`)
  })

  it('wraps what may be wrapped', () => {
    const wrapped: readonly Column<Row>[] = [
      { title: 'NAME', value: ({ name }) => name },
      { title: 'WORDS', value: () => 'one two three four five six', tooWide: 'wrap' },
    ]
    expect(table(wrapped, rows.slice(0, 1), terminal(24))).toBe(
      'NAME  WORDS\nlb-1  one two three four\n      five six\n',
    )
  })

  it('shows no control sequence of a value', () => {
    expect(table(columns, [{ name: 'a\u001B[31m', id: 'b' }], pipe)).not.toContain('\u001B')
  })

  it('is painted on a terminal only', () => {
    expect(table(columns, rows, styleOf({ isTTY: true, columns: 80 }, {}, true))).toContain('\u001B[')
    expect(table(columns, rows, pipe)).not.toContain('\u001B[')
  })
})

describe('pairs', () => {
  it('leave out what is not known', () => {
    expect(
      pairs(
        [
          ['name', 'lb-1'],
          ['fault', undefined],
          ['id', 'x'],
        ],
        pipe,
      ),
    ).toBe('name  lb-1\nid    x\n')
  })

  it('are folded on a terminal', () => {
    expect(pairs([['fault', 'one two three four five six seven eight']], terminal(30))).toBe(
      'fault  one two three four five\n       six seven eight\n',
    )
  })
})
