import { expect, it } from 'vitest'
import { deviationProblems, hasExpired } from './deviation.ts'

const known = new Set(['list/pages', 'find/one'])
const fine = { rule: 'list/pages', reason: 'no pages', until: '2026-12-31' } as const

it('finds nothing wrong with a rule, a reason and a day', () => {
  expect([...deviationProblems([fine, { ...fine, rule: 'find/one' }], known)]).toEqual([])
})

it.each([
  [[{ ...fine, rule: 'list/page' }], /names the rule "list\/page", and there is none/],
  [[fine, fine], /two deviations name the rule "list\/pages"/],
  [[{ ...fine, reason: ' ' }], /gives no reason/],
  [[{ ...fine, until: 'soon' }], /is dated "soon"; a day such as 2026-12-31 is needed/],
  [[{ ...fine, until: '2026-02-30' }], /is dated "2026-02-30"/],
  [[{ ...fine, until: '2026-12-31T00:00:00Z' }], /is dated/],
] as const)('names what is wrong with %j', (deviations, problem) => {
  const problems = [...deviationProblems(deviations, known)]
  expect(problems).toEqual([expect.stringMatching(problem)])
})

it('holds to the end of its day, in UTC', () => {
  expect(hasExpired(fine, new Date('2026-12-31T23:59:59Z'))).toBe(false)
  expect(hasExpired(fine, new Date('2027-01-01T00:00:00Z'))).toBe(true)
})
