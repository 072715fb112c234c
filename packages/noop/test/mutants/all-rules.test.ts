import { runConformance, type RuleId } from '@amphora/conformance'
import { expect, it } from 'vitest'
import { noopSubject } from '../subject.ts'
import { mutants } from './mutants.ts'

/** What core keeps for every driver: none can break it, so none is seeded with it. Core's own tests break it. */
const KEPT_BY_CORE: readonly (RuleId | RegExp)[] = [
  'plugin/api-version',
  /\/refuses-undeclared/,
  'payload/sixth-file',
  'payload/too-large',
  'payload/bad-path',
  'signal/before',
  'hygiene/listeners',
]
/** What has no meaning without a wire, to be seeded in a driver on its fake. */
const OF_THE_WIRE: readonly (RuleId | RegExp)[] = ['fault/huge-body']

it('every rule is broken by a mutant, but for those that no driver or no world can break', async () => {
  const caught = new Set(mutants.flatMap(({ caughtBy }) => caughtBy))
  const { rules } = await runConformance(noopSubject(), { stop: AbortSignal.abort() })
  const untried = rules.map(({ id }) => id).filter((id) => !caught.has(id))
  const excused = [...KEPT_BY_CORE, ...OF_THE_WIRE]
  const matches = (id: RuleId, rule: RuleId | RegExp): boolean =>
    typeof rule === 'string' ? rule === id : rule.test(id)
  expect(untried.filter((id) => !excused.some((rule) => matches(id, rule)))).toEqual([])
  expect(excused.filter((rule) => !untried.some((id) => matches(id, rule)))).toEqual([])
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})
