import { describe, expect, it } from 'vitest'
import { refusalError, type Explanation, type Refusal } from './refusal.ts'

interface Given {
  readonly status: number
  readonly body?: unknown
  readonly retryAfterMs?: number
  readonly quotes?: boolean
  readonly explain?: (refusal: Refusal) => Explanation | undefined
}

const refused = ({ status, body, retryAfterMs, quotes = false, explain }: Given): ReturnType<typeof refusalError> =>
  refusalError(
    { peer: 'Nova', prefix: 'nova', step: 'create the server', quotes, explain },
    { status, body, retryAfterMs, requestId: 'req-1', header: () => undefined },
  )

describe('a status', () => {
  it.each([
    [300, 'internal', 'unsure', 'nova/unexpected-redirect'],
    [304, 'internal', 'unsure', 'nova/unexpected-redirect'],
    [400, 'invalid-argument', 'refused', undefined],
    [401, 'unauthenticated', 'refused', undefined],
    [403, 'permission-denied', 'refused', undefined],
    [404, 'not-found', 'refused', undefined],
    [405, 'unsupported', 'refused', undefined],
    [406, 'internal', 'refused', 'nova/microversion'],
    [408, 'unavailable', 'unsure', undefined],
    [409, 'conflict', 'refused', undefined],
    [410, 'not-found', 'refused', undefined],
    [413, 'invalid-argument', 'refused', undefined],
    [418, 'invalid-argument', 'refused', undefined],
    [425, 'unavailable', 'unsure', undefined],
    [429, 'resource-exhausted', 'refused', undefined],
    [500, 'internal', 'unsure', undefined],
    [501, 'unsupported', 'unsure', undefined],
    [502, 'unavailable', 'unsure', undefined],
    [503, 'unavailable', 'unsure', undefined],
    [504, 'unavailable', 'unsure', undefined],
    [599, 'internal', 'unsure', undefined],
  ])('%i is %s, %s', (status, code, verdict, reason) => {
    expect(refused({ status })).toMatchObject({ code, verdict, reason, status, requestId: 'req-1' })
  })

  it.each([413, 429])('%i with Retry-After is resource-exhausted, and says when', (status) => {
    expect(refused({ status, retryAfterMs: 7000 })).toMatchObject({ code: 'resource-exhausted', retryAfterMs: 7000 })
  })

  it('503 keeps what Retry-After asks for', () => {
    expect(refused({ status: 503, retryAfterMs: 7000 })).toMatchObject({ code: 'unavailable', retryAfterMs: 7000 })
  })

  it.each([
    [400, 'Nova would not create the server and answered 400'],
    [401, 'Nova would not create the server: it does not accept our token, which was renewed where that can be done'],
    [403, 'Nova would not create the server: we may not do that'],
    [429, 'Nova would not create the server: too much was asked of it'],
    [500, 'Nova failed to create the server and answered 500'],
    [300, 'Nova was asked to create the server and pointed elsewhere; redirects are not followed'],
  ])('%i reads well', (status, message) => {
    expect(refused({ status }).message).toBe(message)
  })
})

describe('the words of the service', () => {
  const body = { forbidden: { code: 403, message: 'Quota exceeded for cores' } }

  it('are in the cause, with its request id, and not in the message', () => {
    const error = refused({ status: 403, body })
    expect(String(error.cause)).toBe('Error: HTTP 403 Quota exceeded for cores (req-1)')
    expect(error.message).not.toContain('Quota')
  })

  it('are nowhere where they may repeat the request', () => {
    const error = refused({ status: 403, body, quotes: true })
    expect(String(error.cause)).toBe('Error: HTTP 403 (req-1)')
  })

  it('are what an explanation goes by, also where they may repeat the request', () => {
    const seen: Refusal[] = []
    const explain = (given: Refusal): Explanation => {
      seen.push(given)
      return { code: 'resource-exhausted', reason: 'nova/quota', message: 'its quota is used up' }
    }
    const error = refused({ status: 403, body, quotes: true, explain })
    expect(seen).toEqual([
      { step: 'create the server', status: 403, word: 'forbidden', said: 'Quota exceeded for cores' },
    ])
    expect(error).toMatchObject({
      code: 'resource-exhausted',
      reason: 'nova/quota',
      message: 'Nova would not create the server: its quota is used up',
      verdict: 'refused',
    })
  })

  it('may be explained without words and without a reason', () => {
    const error = refused({ status: 406, explain: () => ({ code: 'conflict' }) })
    expect(error).toMatchObject({ code: 'conflict', reason: undefined })
    expect(error.message).toBe('Nova would not create the server and answered 406')
  })

  it('that nobody can explain are left to the general rules', () => {
    expect(refused({ status: 406, explain: () => undefined })).toMatchObject({ reason: 'nova/microversion' })
  })
})

it('shows what it is as JSON', () => {
  expect(JSON.parse(JSON.stringify(refused({ status: 503, retryAfterMs: 1 })))).toEqual({
    name: 'AmphoraComputeError',
    message: 'Nova failed to create the server and answered 503',
    code: 'unavailable',
    retryAfterMs: 1,
    step: 'create the server',
    verdict: 'unsure',
    status: 503,
    requestId: 'req-1',
  })
})
