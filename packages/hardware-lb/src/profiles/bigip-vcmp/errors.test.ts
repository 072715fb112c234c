import { describe, expect, it } from 'vitest'
import { explain, said } from './errors.ts'

const refusal = (status: number, body: unknown) => explain({ step: 'create the guest', method: 'POST', status, body })

/** iControl REST's errors: `{ code, message, errorStack, apiError }` (confidence: recorded, but where it says so). */
describe('a refusal', () => {
  it.each([
    [409, '01020066:3: The requested vCMP guest (web) already exists.', 'already-exists', 'name-taken'],
    [400, 'user 21232f29 has reached maximum active login tokens', 'resource-exhausted', 'too-many-tokens'],
    [404, 'Public URI path not registered: /tm/vcmp/guest', 'unavailable', 'not-registered'],
    // What follows is in no source.
    [400, '01071d2e:3: vCMP guest (web) could not be allocated: not enough cores.', 'resource-exhausted', 'no-room'],
    [400, 'insufficient memory for the guest', 'resource-exhausted', 'no-room'],
    [400, 'The management-ip 10.0.0.1 is already in use', 'conflict', 'address-taken'],
    [400, 'The virtual disk (web.img/1) is in use.', 'conflict', 'disk-in-use'],
    [400, '"description" unknown property', 'failed-precondition', 'unknown-field'],
  ])('%i with "%s" is %s', (code, message, meaning, reason) => {
    expect(refusal(code, { code, message, errorStack: [], apiError: 3 })).toMatchObject({ code: meaning, reason })
  })

  it('that nobody knows is left to its status, and a success is none', () => {
    expect(refusal(400, { code: 400, message: 'invalid property value' })).toBeUndefined()
    expect(refusal(404, { code: 404, message: '01020036:3: The requested vCMP guest was not found.' })).toBeUndefined()
    expect(refusal(200, { message: 'not enough cores' })).toBeUndefined()
  })

  it.each([[undefined], [null], ['text'], [[]], [{ message: 7 }]])(
    'is left to its status where its body is %j',
    (body) => {
      expect(refusal(400, body)).toBeUndefined()
      expect(said(body)).toBeUndefined()
    },
  )
})
