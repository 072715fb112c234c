import type { Weight } from './weight.ts'

const header = ['package', 'packages', 'MiB', 'import ms'] as const
const [begin, end] = ['<!-- weights -->', '<!-- /weights -->'] as const

/** The weights as a table in Markdown, in columns of even width. */
export function renderWeights(weights: readonly Weight[]): string {
  const rows = weights.map(({ name, packages, mebibytes, importMs }) => [
    `\`${name}\``,
    String(packages),
    mebibytes.toFixed(1),
    importMs === undefined ? '-' : importMs.toFixed(0),
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(header), rule, ...rows.map(line)].join('\n')
}

/**
 * The weights that stand in a document between `<!-- weights -->` and `<!-- /weights -->`.
 *
 * @throws {Error} where the marks are missing, or a line of the table is none.
 */
export function parseWeights(document: string): readonly Weight[] {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no table of weights between ${begin} and ${end}`)
  const lines = document.slice(from + begin.length, to).split('\n')
  return lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map(parseRow)
}

function parseRow(line: string): Weight {
  const match =
    /^\| *`(?<name>[^`]+)` *\| *(?<packages>\d+) *\| *(?<mebibytes>\d+\.\d) *\| *(?<importMs>\d+|-) *\|$/.exec(line)
  if (match === null) throw new Error(`a row of the table of weights is "| \`name\` | 3 | 1.2 | 45 |"; found "${line}"`)
  const { name = '', packages, mebibytes, importMs } = match.groups ?? {}
  return {
    name,
    packages: Number(packages),
    mebibytes: Number(mebibytes),
    importMs: importMs === '-' ? undefined : Number(importMs),
  }
}
