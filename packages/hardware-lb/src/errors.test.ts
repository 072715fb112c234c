import { AmphoraComputeError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { ApplianceError, evidence, inDoubt, verdictOf } from './errors.ts'

describe('the verdict', () => {
  it('of what is no failure of a box is that nobody knows', () => {
    expect(verdictOf(new Error('x'))).toBe('unsure')
    expect(verdictOf(new AmphoraComputeError('x', { code: 'cancelled' }))).toBe('unsure')
    expect(verdictOf(new ApplianceError('x', { code: 'conflict', verdict: 'refused' }))).toBe('refused')
  })

  it('of a later step is that nobody knows, with all else of the failure kept', () => {
    const given = new ApplianceError('x', {
      code: 'resource-exhausted',
      reason: 'a/b',
      retryAfterMs: 5,
      verdict: 'refused',
    })
    expect(inDoubt(given)).toMatchObject({
      message: 'x',
      code: 'resource-exhausted',
      reason: 'a/b',
      retryAfterMs: 5,
      verdict: 'unsure',
    })
  })
})

describe('evidence', () => {
  it('is one line of at most 200 characters', () => {
    const { message } = evidence('HTTP 400', `first\r\n\tsecond\u0000${'x'.repeat(500)}`)
    expect(message).toMatch(/^HTTP 400 first second x+$/)
    expect(message).toHaveLength(200)
  })

  it('ends before what a box repeats of the request', () => {
    expect(evidence('HTTP 400', 'is not valid. Value: s3cr3t').message).toBe('HTTP 400 is not valid. ')
  })
})
