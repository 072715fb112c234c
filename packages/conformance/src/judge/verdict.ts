import type { BackendKind, RuleReport, Verdict } from '../report.ts'

/** What the results of all rules come to. A failed Should is in the report, and costs nothing here. */
export function verdictOf(rules: readonly Pick<RuleReport, 'level' | 'result'>[], backend: BackendKind): Verdict {
  const musts = rules.filter(({ level }) => level === 'must')
  if (musts.some(({ result }) => result === 'failed')) return 'fails'
  if (musts.some(({ result }) => result === 'unproven')) return 'incomplete'
  if (rules.some(({ result }) => result === 'deviates')) return 'deviates'
  return backend === 'live' ? 'conforms-live' : 'conforms'
}
