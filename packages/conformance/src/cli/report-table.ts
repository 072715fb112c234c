import Table from 'cli-table3'
import type { Report, Result, RuleReport } from '../report.ts'

const MARKS: Readonly<Record<Result, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  deviates: 'deviates',
  'not-declared': '-',
  declared: '-',
  unproven: 'unproven',
  'left-to-fake': 'on the fake',
}
const LONGEST_NOTE = 160

/** Rule by rule, one column for each report: the run on a fake, the run on a live backend. */
export function reportTable(reports: readonly Report[], width: number): string {
  const [first] = reports
  if (first === undefined) return ''
  const longestId = Math.max(...first.rules.map(({ id }) => id.length))
  const columns = [longestId + 2, 3, ...reports.map(() => 13)]
  const rest = Math.max(16, width - columns.reduce((sum, one) => sum + one + 1, 2))
  const table = new Table({
    head: ['rule', '', ...reports.map(({ backend }) => backend), 'note'],
    colWidths: [...columns, rest],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  })
  for (const { id, level } of first.rules) {
    const rules = reports.map((report) => report.rules.find((rule) => rule.id === id))
    table.push([
      id,
      level === 'must' ? 'M' : 'S',
      ...rules.map((rule) => (rule === undefined ? '' : MARKS[rule.result])),
      noteOf(rules),
    ])
  }
  return table.toString()
}

/** What counts, in a line, such as `71 passed, 14 do not apply`. */
export function summary({ rules, left }: Report): string {
  const counts = new Map<string, number>()
  for (const { result } of rules) {
    const word = WORDS[result]
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`)
  return [...parts, ...(left.length === 0 ? ['nothing is left behind'] : [`left behind: ${left.join(', ')}`])].join(
    ', ',
  )
}

const WORDS: Readonly<Record<Result, string>> = {
  passed: 'passed',
  failed: 'failed',
  deviates: 'deviate',
  'not-declared': 'do not apply',
  declared: 'do not apply',
  unproven: 'unproven',
  'left-to-fake': 'left to the fake',
}

function noteOf(rules: readonly (RuleReport | undefined)[]): string {
  const notes = rules.flatMap((rule) =>
    rule?.note === undefined || rule.result === 'left-to-fake' ? [] : [rule.note.replace(/\s+/g, ' ')],
  )
  const note = notes.join('; ')
  return note.length > LONGEST_NOTE ? `${note.slice(0, LONGEST_NOTE)}…` : note
}
