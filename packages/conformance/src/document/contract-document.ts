import type { Need, Rule } from '../rule.ts'

/** The contract as people read it: every rule of the kit, under its id. */
export function contractDocument(rules: readonly Rule[]): string {
  const families = new Set(rules.map(familyOf))
  const sections = [...families].flatMap((family) => {
    const members = rules.filter((rule) => familyOf(rule) === family)
    return [`## ${family}`, '', ...table(members), '']
  })
  return [...head(rules), ...sections, ...TAIL].join('\n')
}

function familyOf({ id }: Rule): string {
  return FAMILIES[id.split('/')[0] ?? ''] ?? OTHERS
}

const OTHERS = 'Other rules'
const FAMILIES: Readonly<Record<string, string>> = {
  plugin: 'Plugins and bindings',
  build: 'Building',
  payload: 'Files, user data and keys',
  files: 'Files, user data and keys',
  delete: 'Deleting',
  status: 'Looking',
  get: 'Looking',
  find: 'Looking',
  list: 'Looking',
  suspend: 'Suspending',
  resume: 'Suspending',
  wait: 'Waiting, ids and watching',
  id: 'Waiting, ids and watching',
  watch: 'Waiting, ids and watching',
  attach: 'Attaching',
  detach: 'Attaching',
  group: 'Placement groups',
  signal: "The caller's signal and deadline",
  deadline: "The caller's signal and deadline",
  outage: 'Outages',
  fault: 'Faults',
  hygiene: 'Hygiene',
}

function head(rules: readonly Rule[]): readonly string[] {
  const musts = rules.filter(({ level }) => level === 'must').length
  return [
    '# The driver contract',
    '',
    'What every compute driver of Amphora owes its callers, version 1. The ids are the contract: the kit in',
    '`@amphora/conformance` tests each rule under its id, and its reports name them. This page is written by the kit.',
    '',
    `${rules.length} rules: ${musts} Must (**M**) and ${rules.length - musts} Should (**S**). A rule applies to every driver, to those that declare a`,
    'capability (`files`), or to those that do not (`not files`). What a rule needs beside the driver is control over the',
    'backend, or something that the subject of the run tells; without it the rule is reported `unproven`, never passed.',
    '',
  ]
}

function table(rules: readonly Rule[]): readonly string[] {
  const rows = rules.map((rule) => [
    `\`${rule.id}\``,
    rule.level === 'must' ? 'M' : 'S',
    appliesTo(rule),
    needed(rule.needs ?? []),
    rule.title.replaceAll('|', '\\|'),
  ])
  const head = ['id', '', 'applies to', 'needs', 'rule']
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

function appliesTo({ when }: Rule): string {
  if (when === undefined) return ''
  return 'declares' in when ? `\`${when.declares}\`` : `not \`${when.lacks}\``
}

function needed(needs: readonly Need[]): string {
  return needs.map((need) => `\`${need}\``).join(', ')
}

const TAIL: readonly string[] = [
  '## Verdicts',
  '',
  '- **conforms**: every Must that applies has passed on a fake, or on a backend under control, and none is unproven.',
  '- **conforms-live**: every Must has passed that a real backend can be made to show; the rest is left to a run on a fake.',
  '- **incomplete**: nothing failed, but a Must that applies is unproven.',
  '- **deviates**: as one of these, but for deviations that have a reason and a last day. A deviation whose rule passes, or',
  '  whose day is over, fails the run.',
  '- **fails**: otherwise.',
  '',
]
