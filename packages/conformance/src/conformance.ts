import type { Rule } from './rule.ts'
import { rules } from './rules.ts'
import type { Runner } from './runner.ts'
import { Session } from './run/session.ts'
import type { Subject } from './subject.ts'

/**
 * One test per rule in the author's own runner, on a fake or a backend under control. What does not apply, and what
 * nobody can prove, is skipped under a name that says why.
 *
 * @throws {TypeError} where the subject's deviations cannot be used.
 */
export function conformance<Stage = undefined>(runner: Runner, subject: Subject<Stage>): void {
  const { describe, it } = runner
  const beside = subject.open === undefined ? undefined : runner.concurrently
  const session = new Session(subject, { backend: 'fake' })
  describe(`${subject.name} keeps the driver contract`, () => {
    // Those that run side by side come first, so that no other cuts their row.
    const inTurn = beside !== undefined ? rules.toSorted((one, other) => turnOf(one) - turnOf(other)) : rules
    for (const rule of inTurn) {
      const known = session.standing(rule)
      const title = `${rule.id}: ${rule.title}`
      if (known !== undefined && 'note' in known) it.skip(`${title} [${known.result}: ${known.note}]`, () => {})
      else if (known !== undefined) it.skip(`${title} [${known.result}]`, () => {})
      else {
        const run = async (): Promise<void> => {
          const { error } = (await session.judge(rule)).judgement
          if (error !== undefined) throw error
        }
        const test = beside !== undefined && rule.order === undefined ? beside : it
        test(title, run, session.longestMs)
      }
    }
  })
}

function turnOf({ order }: Rule): number {
  return order === undefined ? 0 : order === 'alone' ? 1 : 2
}
