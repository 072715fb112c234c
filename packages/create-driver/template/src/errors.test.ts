import { AmphoraBuildError, AmphoraComputeError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { buildError, refusal, stopped, transportFailure } from './errors.ts'

const NOW = Date.UTC(2026, 2, 1)

describe('a refusal', () => {
  it.each([
    ['name-taken', 409, 'already-exists'],
    ['unknown-image', 422, 'not-found'],
    ['unknown-flavor', 422, 'not-found'],
    ['no-capacity', 409, 'resource-exhausted'],
    ['busy', 409, 'conflict'],
  ])('%s goes by the word of the backend', (word, status, code) => {
    const error = refusal({ status, headers: {}, body: JSON.stringify({ error: word }) }, NOW)
    expect(error).toMatchObject({ code, reason: `__driver__/${word}`, sent: true })
  })

  it.each([
    [401, '', 'unauthenticated'],
    [403, '{"error":"who-knows"}', 'permission-denied'],
    [302, '<html>', 'internal'],
    [500, '{"error":{"deep":true}}', 'internal'],
    [503, '', 'unavailable'],
  ])('%i without a known word goes by the status', (status, body, code) => {
    expect(refusal({ status, headers: {}, body }, NOW)).toMatchObject({ code, reason: `__driver__/status-${status}` })
  })

  it.each([
    ['30', 30_000],
    ['Sun, 01 Mar 2026 00:01:00 GMT', 60_000],
    ['Sun, 01 Mar 2020 00:00:00 GMT', 0],
    ['999999999', 600_000],
    ['soon', undefined],
  ])('may be repeated after "%s"', (header, retryAfterMs) => {
    expect(refusal({ status: 429, headers: { 'retry-after': header }, body: '' }, NOW)).toMatchObject({
      code: 'resource-exhausted',
      retryAfterMs,
    })
  })

  it('quotes nothing of the answer', () => {
    const error = refusal({ status: 400, headers: {}, body: '{"error":"canary"}' }, NOW)
    expect(`${error.message} ${String(error.reason)} ${JSON.stringify(error)}`).not.toContain('canary')
  })
})

describe('a failure of the connection', () => {
  const nodeError = (code: string, syscall?: string): Error =>
    Object.assign(new Error('canary'), { code, ...(syscall !== undefined && { syscall }) })

  it('that cannot have reached the backend leaves no build behind', () => {
    const error = buildError(transportFailure(nodeError('ECONNREFUSED', 'connect')))
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code: 'unavailable', reason: '__driver__/unreachable', outcome: 'not-created' })
  })

  it('that may have reached it leaves the build in doubt', () => {
    const error = buildError(transportFailure(nodeError('ECONNRESET', 'read')))
    expect(error).toMatchObject({ code: 'unavailable', reason: '__driver__/connection-lost' })
    expect(error.recovery.inDoubt).toBe(true)
  })

  it('that nobody knows is internal, and shows nothing of itself', () => {
    const error = transportFailure(new TypeError('canary'))
    expect(error).toMatchObject({ code: 'internal', sent: true })
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('canary')
  })
})

it('says who stopped the call', () => {
  const late = AbortSignal.abort(new AmphoraComputeError('too late', { code: 'deadline-exceeded' }))
  expect(stopped(late, true).code).toBe('deadline-exceeded')
  expect(stopped(AbortSignal.abort(), true).code).toBe('cancelled')
})
