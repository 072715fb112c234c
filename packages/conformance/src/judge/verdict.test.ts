import { expect, it } from 'vitest'
import type { Result } from '../report.ts'
import { verdictOf } from './verdict.ts'

const musts = (...results: readonly Result[]) => results.map((result) => ({ level: 'must' as const, result }))
const should = (result: Result) => ({ level: 'should' as const, result })

it.each([
  [musts('passed', 'not-declared', 'declared'), 'fake', 'conforms'],
  [musts('passed', 'left-to-fake'), 'live', 'conforms-live'],
  [musts('passed', 'unproven'), 'fake', 'incomplete'],
  [musts('passed', 'deviates'), 'fake', 'deviates'],
  [musts('passed', 'deviates'), 'live', 'deviates'],
  [musts('deviates', 'unproven'), 'fake', 'incomplete'],
  [musts('passed', 'failed', 'unproven', 'deviates'), 'fake', 'fails'],
  [musts('failed', 'left-to-fake'), 'live', 'fails'],
] as const)('of %j on a %s backend: %s', (rules, backend, verdict) => {
  expect(verdictOf(rules, backend)).toBe(verdict)
})

it('does not hang on a Should, but for one that deviates', () => {
  expect(verdictOf([...musts('passed'), should('failed')], 'fake')).toBe('conforms')
  expect(verdictOf([...musts('passed'), should('unproven')], 'fake')).toBe('conforms')
  expect(verdictOf([...musts('passed'), should('deviates')], 'fake')).toBe('deviates')
})
