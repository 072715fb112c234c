import { AmphoraComputeError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { NOTHING_LEFT } from '../invocation.ts'
import { styleOf } from '../output/style.ts'
import { failureOf, type FailureContext } from './failure.ts'
import { failureJson, renderFailure } from './render-failure.ts'

const context: FailureContext = { argv: ['list'], aftermath: NOTHING_LEFT, reaped: [], stopped: undefined }
const pipe = styleOf({}, {}, true)

describe('what a library throws', () => {
  it('is told as a failure of this program, and its text nowhere', () => {
    const failure = failureOf(new TypeError('canary'), context)
    expect(failure).toMatchObject({ code: 'internal', exitCode: 1 })
    expect(renderFailure(failure, pipe, true)).toMatch(/^error: This program failed in a way that it cannot explain\n/)
    expect(renderFailure(failure, pipe, true)).not.toContain('canary')
    expect(JSON.stringify(failureJson(failure, true))).not.toContain('canary')
  })
})

describe('a cancelled call', () => {
  const cancelled = new AmphoraComputeError('It was cancelled', { code: 'cancelled' })

  it('has been interrupted or terminated where something stopped the command', () => {
    expect(failureOf(cancelled, { ...context, stopped: 130 })).toMatchObject({
      message: 'Interrupted. It was cancelled',
      exitCode: 130,
    })
    expect(failureOf(cancelled, { ...context, stopped: 143 })).toMatchObject({
      message: 'Terminated. It was cancelled',
      exitCode: 143,
    })
  })

  it('is a failure like any other where nothing did', () => {
    expect(failureOf(cancelled, context)).toMatchObject({ message: 'It was cancelled', exitCode: 1 })
  })
})

it('passes on how long the backend asks to be left alone', () => {
  const busy = new AmphoraComputeError('It is busy', {
    code: 'resource-exhausted',
    reason: 'x/limit',
    retryAfterMs: 1_500,
  })
  const text = renderFailure(failureOf(busy, context), pipe, false)
  expect(text.replaceAll(/\n\s+/g, ' ')).toContain('The backend asks for 2 s of patience.')
  expect(text).toContain('why:   resource-exhausted (x/limit)\n')
  expect(failureJson(failureOf(busy, context), false)).toMatchObject({
    error: { retryAfterMs: 1_500, reason: 'x/limit' },
  })
})
