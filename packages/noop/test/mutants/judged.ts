import { runConformance } from '@amphora/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { TIMERS } from './behaving.ts'
import { mutated } from './mutant.ts'
import { mutants } from './mutants.ts'

/** How many files share the mutants: a run of the kit mostly waits, and files run side by side. */
const PARTS = 6

/** Runs every rule on one part of the mutants: the rules that are meant for a mutant must fail, and no others. */
export function judged(part: number): void {
  describe('each defect is caught by the rules that are meant for it, and by no other', () => {
    afterAll(() => TIMERS.forEach(clearInterval))

    it.each(mutants.filter((_, index) => index % PARTS === part))(
      'a driver that $name',
      { timeout: 60_000 },
      async (mutant) => {
        const report = await runConformance(mutated(mutant), { atOnce: 100 })
        const caught = report.rules.filter(({ result }) => result === 'failed')
        const meant = new Set([...mutant.caughtBy, ...(mutant.atTimesBy ?? [])])
        expect(caught.filter(({ id }) => !meant.has(id))).toEqual([])
        const surely = caught.filter(({ id }) => !(mutant.atTimesBy ?? []).includes(id))
        expect(surely.map(({ id }) => id).sort()).toEqual([...mutant.caughtBy].sort())
      },
    )
  })
}
