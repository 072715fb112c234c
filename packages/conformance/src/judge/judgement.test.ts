import { describe, expect, it } from 'vitest'
import { judge } from './judgement.ts'

const today = new Date('2026-06-30T23:59:00Z')
const deviation = { rule: 'list/pages', reason: 'the backend has no pages', until: '2026-06-30' } as const
const failure = { result: 'failed', error: new Error('two are missing') } as const

it('takes an outcome as it is where nothing is said about deviating', () => {
  expect(judge({ result: 'passed' }, undefined, today)).toEqual({ result: 'passed' })
  expect(judge({ result: 'unproven', note: 'needs down' }, undefined, today)).toEqual({
    result: 'unproven',
    note: 'needs down',
  })
  expect(judge(failure, undefined, today)).toEqual({ ...failure, note: 'two are missing' })
  expect(judge({ result: 'failed', error: 'no error' }, undefined, today)).toMatchObject({ note: 'no error' })
})

describe('a deviation', () => {
  it('excuses a failure, to the end of its last day', () => {
    const note = 'until 2026-06-30: the backend has no pages'
    expect(judge(failure, deviation, today)).toEqual({ result: 'deviates', note })
  })

  it('fails the run from the day after', () => {
    const judged = judge(failure, deviation, new Date('2026-07-01T00:00:00Z'))
    expect(judged).toMatchObject({ result: 'failed', error: expect.any(Error) })
    expect(judged.note).toMatch(/has expired \(2026-06-30\).*two are missing/)
  })

  it.each(['passed', 'not-declared', 'declared'] as const)('fails the run where its rule is %s', (result) => {
    const judged = judge({ result }, deviation, today)
    expect(judged).toMatchObject({ result: 'failed', error: expect.any(Error) })
    expect(judged.note).toMatch(/no longer broken/)
  })

  it('proves nothing about a rule that nobody could test', () => {
    expect(judge({ result: 'unproven' }, deviation, today)).toEqual({ result: 'unproven' })
    expect(judge({ result: 'left-to-fake' }, deviation, today)).toEqual({ result: 'left-to-fake' })
  })
})
