import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../rest/request.ts'
import { explain, isExpired, LOGIN, said } from './errors.ts'

const fail = (code: number, msg = 'some words'): unknown => ({
  response: { status: 'fail', err: { code, from: 'CM', msg } },
})
const unauthorized = (code: number, error: string): unknown => ({ authorizationschema: { code, error } })
const refusal = (body: unknown, status = 200, step = 'create the partition'): Refusal => ({
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

describe('a code of aXAPI', () => {
  it.each([
    [1023460352, 'not-found', 'absent'],
    [520749062, 'not-found', 'absent'],
    [754974732, 'already-exists', 'name-taken'],
    [67240011, 'already-exists', 'name-taken'],
    [754974733, 'conflict', 'id-taken'],
    [1023463424, 'unavailable', 'busy'],
    [4294967295, 'unavailable', 'busy'],
    [33619969, 'conflict', 'in-use'],
    [1023459393, 'invalid-argument', 'invalid'],
    [419495936, 'unauthenticated', 'session-ended'],
  ])('%d is %s, whatever HTTP says', (code, meaning, reason) => {
    for (const status of [200, 400, 404, 500]) {
      expect(explain(refusal(fail(code), status))).toMatchObject({ code: meaning, reason })
    }
  })

  it('that nobody knows is a refusal all the same, where HTTP says 200', () => {
    expect(explain(refusal(fail(7)))).toMatchObject({ code: 'failed-precondition', reason: 'refused' })
  })

  it('that nobody knows is left to the status of HTTP otherwise', () => {
    expect(explain(refusal(fail(7), 500))).toBeUndefined()
  })

  it('is looked for in vain in a success', () => {
    for (const body of [undefined, {}, [], { response: { status: 'OK' } }, { response: { err: { code: 'x' } } }]) {
      expect(explain(refusal(body))).toBeUndefined()
    }
  })
})

describe('a login that is refused', () => {
  it('has bad credentials', () => {
    const body = unauthorized(403, 'Incorrect user name or password')
    expect(explain(refusal(body, 403, LOGIN))).toMatchObject({ code: 'unauthenticated', reason: 'bad-login' })
  })

  it('is one session too many where its words speak of sessions', () => {
    const body = unauthorized(403, 'Maximum number of sessions has been reached')
    expect(explain(refusal(body, 403, LOGIN))).toMatchObject({ code: 'unavailable', reason: 'session-limit' })
  })
})

it('does not take what the account may not do for a bad login', () => {
  expect(explain(refusal(unauthorized(403, 'no')))).toMatchObject({ code: 'permission-denied' })
})

it('knows a session that has ended by each of its signs', () => {
  expect(isExpired(answer(401))).toBe(true)
  expect(isExpired(answer(200, unauthorized(401, 'Invalid session ID')))).toBe(true)
  expect(isExpired(answer(200, fail(1207960052)))).toBe(true)
  expect(isExpired(answer(403, unauthorized(403, 'no')))).toBe(false)
  expect(isExpired(answer(200, fail(1023460352)))).toBe(false)
})

it("tells the box's own words", () => {
  expect(said(fail(7, 'Object specified does not exist'))).toBe('Object specified does not exist')
  expect(said(unauthorized(401, 'Invalid session ID'))).toBe('Invalid session ID')
  expect(said(undefined)).toBeUndefined()
})
