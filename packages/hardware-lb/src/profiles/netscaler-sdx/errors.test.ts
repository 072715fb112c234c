import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../rest/request.ts'
import { explain, isDone, isExpired, said, STEPS } from './errors.ts'

const nitro = (errorcode: number, message = 'some words', severity = 'ERROR'): unknown => ({
  errorcode,
  message,
  severity,
})
const refusal = (body: unknown, status = 200, step = 'describe the instance'): Refusal => ({
  step,
  method: 'POST',
  status,
  body,
})
const answer = (status: number, body?: unknown): Parameters<typeof isExpired>[0] => ({
  status,
  body,
  header: () => undefined,
  requestId: undefined,
  retryAfterMs: undefined,
})

describe('an error code of NITRO', () => {
  it.each([
    [258, 'not-found'],
    [273, 'already-exists'],
    [354, 'unauthenticated'],
    [444, 'unauthenticated'],
    [1027, 'unauthenticated'],
  ])('%d is %s, whatever HTTP says', (code, meaning) => {
    for (const status of [200, 401, 404, 409])
      expect(explain(refusal(nitro(code), status))).toMatchObject({ code: meaning })
  })

  it('that nobody knows is a refusal all the same, where HTTP says 200', () => {
    expect(explain(refusal(nitro(4_711)))).toMatchObject({ code: 'failed-precondition', reason: 'refused' })
  })

  it('that nobody knows is left to the status of HTTP otherwise', () => {
    expect(explain(refusal(nitro(4_711), 503))).toBeUndefined()
  })

  it('with the severity of a warning is a success', () => {
    expect(explain(refusal(nitro(1_067, 'feature not enabled', 'WARNING')))).toBeUndefined()
    expect(isDone(nitro(1_067, 'feature not enabled', 'WARNING'))).toBe(true)
  })

  it('is in each success', () => {
    expect(isDone(nitro(0, 'Done', 'NONE'))).toBe(true)
    for (const body of [undefined, {}, [], { errorcode: '0' }, nitro(1)]) expect(isDone(body)).toBe(false)
  })
})

describe('an instance that is not made', () => {
  it.each([
    ['Insufficient throughput on the appliance for this instance', 'resource-exhausted', 'no-room'],
    ['Not enough memory is available', 'resource-exhausted', 'no-room'],
    ['Number of instances exceeds the license', 'resource-exhausted', 'no-room'],
    ['No more cores', 'resource-exhausted', 'no-room'],
    ['The maximum number of instances is 40', 'resource-exhausted', 'no-room'],
    ['IP Address 10.0.0.10 is already in use', 'conflict', 'address-taken'],
    ['Duplicate entry: an instance with ip_address 10.0.0.10 exists', 'conflict', 'address-taken'],
    ['Image NSVPX.xva does not exist', 'not-found', 'no-image'],
    ['The service is starting', 'failed-precondition', 'refused'],
  ])('"%s": %s', (message, code, reason) => {
    expect(explain(refusal(nitro(10_001, message), 200, STEPS.create))).toMatchObject({ code, reason })
  })

  it('is the only one whose words are looked at', () => {
    expect(explain(refusal(nitro(10_001, 'Not enough memory')))).toMatchObject({ reason: 'refused' })
  })
})

it('knows a session that has ended by each of its signs', () => {
  expect(isExpired(answer(401))).toBe(true)
  expect(isExpired(answer(444))).toBe(true)
  expect(isExpired(answer(200, nitro(444)))).toBe(true)
  expect(isExpired(answer(200, nitro(1027)))).toBe(true)
  expect(isExpired(answer(403, nitro(2_138)))).toBe(false)
})

it("tells NITRO's own words", () => {
  expect(said(nitro(1, 'No such resource'))).toBe('No such resource')
  expect(said(undefined)).toBeUndefined()
})
