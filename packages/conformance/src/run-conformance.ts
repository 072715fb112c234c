import type { BackendKind, Report, RuleReport } from './report.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules.ts'
import { Session } from './run/session.ts'
import type { Subject } from './subject.ts'

/** How a run goes about its rules, and whom it tells. */
export interface RunOptions {
  /** On a `live` backend, what cannot be put to the test is left to the run on a fake. Default `fake`. */
  readonly backend?: BackendKind
  /** How many rules run at once. Default 8 where every rule has a backend of its own (`Subject.open`), else 1. */
  readonly atOnce?: number
  /** Ends the run. What was made is removed before the report is given; rules that had not ended are unproven. */
  readonly stop?: AbortSignal
  /** Told how the name of everything begins that is made. */
  readonly onStart?: (prefix: string) => void
  /** Told of each rule as it ends, those that did not have to be run included. */
  readonly onRule?: (rule: RuleReport) => void
  /** What day it is, for deviations. Default: the system's. */
  readonly now?: () => Date
}

/**
 * The same rules as data: for the command line, for badges, for a live backend. Rejects only where the subject cannot
 * be used at all; a driver that fails is in the report.
 *
 * @throws {TypeError} where the subject's deviations cannot be used.
 */
export async function runConformance<Stage = undefined>(
  subject: Subject<Stage>,
  options: RunOptions = {},
): Promise<Report> {
  const { backend = 'fake', atOnce = subject.open === undefined ? 1 : 8, onStart, onRule, stop, now } = options
  const session = new Session(subject, { backend, stop, ...(now && { now }) })
  const run = async (rule: Rule): Promise<void> => {
    const { report } = await session.judge(rule)
    onRule?.(report)
  }
  onStart?.(session.prefix)
  const queue = rules.filter(({ order }) => order === undefined)
  const worker = async (): Promise<void> => {
    for (let rule = queue.shift(); rule !== undefined; rule = queue.shift()) await run(rule)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  for (const order of ['alone', 'last']) {
    for (const rule of rules.filter((candidate) => candidate.order === order)) await run(rule)
  }
  return session.report()
}
