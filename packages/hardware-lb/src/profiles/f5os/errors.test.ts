import { describe, expect, it } from 'vitest'
import { explain, LIST, said } from './errors.ts'

const body = (tag: string, message?: string): object => ({
  'ietf-restconf:errors': {
    error: [
      { 'error-type': 'application', 'error-tag': tag, ...(message === undefined ? {} : { 'error-message': message }) },
    ],
  },
})
const refusal = (status: number, answer: unknown, step = 'create the tenant') =>
  explain({ step, method: 'POST', status, body: answer })

describe('a refusal', () => {
  it.each([
    [409, 'data-exists', 'object already exists: /f5-tenants:tenants', 'already-exists', 'name-taken'],
    [409, 'resource-denied', 'no', 'resource-exhausted', 'no-room'],
    [409, 'in-use', 'no', 'conflict', 'busy'],
    [409, 'lock-denied', 'no', 'conflict', 'busy'],
    [400, 'operation-failed', 'the configuration database is locked by session 12', 'conflict', 'busy'],
    [400, 'operation-failed', 'mgmt-ip 10.0.0.1 is already in use', 'conflict', 'address-taken'],
    [400, 'invalid-value', 'illegal reference', 'invalid-argument', 'not-valid'],
    [400, 'malformed-message', 'no', 'invalid-argument', 'not-valid'],
  ])('%i with the tag %s and "%s" is %s', (status, tag, message, code, reason) => {
    expect(refusal(status, body(tag, message))).toMatchObject({ code, reason })
  })

  it('without a prefix is the same one', () => {
    const answer = { errors: { error: [{ 'error-tag': 'data-exists', 'error-message': 'object already exists' }] } }
    expect(refusal(409, answer)).toMatchObject({ code: 'already-exists' })
    expect(said(answer)).toBe('object already exists')
  })

  it('that nobody knows is left to its status, but for an error in a success', () => {
    expect(refusal(500, body('operation-failed', 'no'))).toBeUndefined()
    expect(refusal(401, body('access-denied', 'access denied'))).toBeUndefined()
    expect(refusal(200, body('operation-failed', 'no'))).toMatchObject({ code: 'internal', verdict: 'unsure' })
  })

  it('that says that there is none is no refusal', () => {
    expect(refusal(404, body('invalid-value', 'uri keypath not found'))).toBeUndefined()
  })

  it('of the list itself says that there are no tenants at the endpoint', () => {
    const explained = refusal(404, body('invalid-value', 'uri keypath not found'), LIST)
    expect(explained).toMatchObject({ code: 'failed-precondition', reason: 'no-tenants' })
    expect(explained?.message).toContain('partition')
    expect(refusal(404, undefined, LIST)?.message).not.toContain('partition')
  })

  it.each([[undefined], [null], ['text'], [[]], [{ errors: [] }], [{ errors: {} }], [{ errors: { error: [7] } }]])(
    'is left to its status where its body is %j',
    (answer) => {
      expect(refusal(400, answer)).toBeUndefined()
      expect(said(answer)).toBeUndefined()
    },
  )
})
