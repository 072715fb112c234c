import { expect, it } from 'vitest'
import type { Report, Result, RuleReport } from '../report.ts'
import { reportTable, summary } from './report-table.ts'

const rule = (id: RuleReport['id'], result: Result, note?: string): RuleReport => ({
  id,
  level: id === 'plugin/connect-is-quiet' ? 'should' : 'must',
  result,
  ...(note === undefined ? {} : { note }),
})

function report(backend: Report['backend'], rules: readonly RuleReport[]): Report {
  const head = {
    subject: 'acme',
    driver: 'acme',
    apiVersion: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    ms: 1,
    prefix: 'a',
  }
  return { ...head, backend, verdict: 'fails', rules, left: [] }
}

const fake = report('fake', [
  rule('plugin/connect-is-quiet', 'unproven', 'needs requests'),
  rule('delete/twice', 'failed', 'delete rejects;\n it   resolved'),
  rule('outage/list', 'passed'),
  rule('suspend/twice', 'not-declared'),
])
const live = report('live', [rule('delete/twice', 'passed'), rule('outage/list', 'left-to-fake', 'needs down')])

it('shows a rule in a line, with a column for each run', () => {
  const lines = reportTable([fake, live], 100).split('\n')
  expect(
    lines
      .map((line) =>
        line
          .split('│')
          .map((cell) => cell.trim())
          .slice(1, -1),
      )
      .filter(({ length }) => length > 0),
  ).toEqual([
    ['rule', '', 'fake', 'live', 'note'],
    ['plugin/connect-is-quiet', 'S', 'unproven', '', 'needs requests'],
    ['delete/twice', 'M', 'FAILED', 'passed', 'delete rejects; it resolved'],
    ['outage/list', 'M', 'passed', 'on the fake', ''],
    ['suspend/twice', 'M', '-', '', ''],
  ])
})

it.each([80, 100, 160])('keeps to %i columns', (width) => {
  const long = report('fake', [
    rule('build/refuses-undeclared-availabilityZone', 'failed', 'a note of some words '.repeat(30)),
  ])
  const lines = reportTable([long], width).split('\n')
  expect(lines.filter((line) => line.length > width)).toEqual([])
  expect(lines.join(' ')).toContain('…')
})

it('sums up', () => {
  expect(summary(fake)).toBe('1 unproven, 1 failed, 1 passed, 1 do not apply, nothing is left behind')
  expect(summary({ ...live, left: ['kit/1 (made for delete/twice)'] })).toMatch(
    /1 left to the fake, left behind: kit\/1 \(made/,
  )
  expect(reportTable([], 80)).toBe('')
})
