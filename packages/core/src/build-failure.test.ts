import { expect, it } from 'vitest'
import { buildError } from './build-failure.ts'
import { AmphoraBuildError, AmphoraComputeError } from './errors.ts'

const order = { name: 'shop' }

it('a failure of ours is that of the build, with everything that it told', () => {
  const cause = new Error('full')
  const thrown = new AmphoraComputeError('there is no room', {
    code: 'resource-exhausted',
    reason: 'rack/full',
    retryAfterMs: 1_500,
    cause,
  })
  const error = buildError(thrown, order, 'created-then-failed', 'a-1')
  expect(error).toBeInstanceOf(AmphoraBuildError)
  expect(error.toJSON()).toEqual({
    name: 'AmphoraBuildError',
    message: 'there is no room',
    code: 'resource-exhausted',
    reason: 'rack/full',
    amphoraId: 'a-1',
    amphoraName: 'shop',
    retryAfterMs: 1_500,
    outcome: 'created-then-failed',
  })
  expect(error.cause).toBe(cause)
})

it('anything else is internal, and its text does not show', () => {
  const error = buildError(new Error('password=hunter2'), order, 'in-doubt')
  expect(error).toMatchObject({ code: 'internal', outcome: 'in-doubt', amphoraName: 'shop' })
  expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.toContain('hunter2')
})
