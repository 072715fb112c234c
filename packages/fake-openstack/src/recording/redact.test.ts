import { expect, it } from 'vitest'
import { redactedBody, redactedHeaders, renamed } from './redact.ts'

it('no token stays in a header, whatever its case', () => {
  expect(redactedHeaders({ 'X-Auth-Token': 'gAAAAABsecret', 'x-subject-token': 'abc', Accept: 'a' })).toEqual({
    'X-Auth-Token': 'gAAAAABxxxxxxxxxxxx',
    'x-subject-token': 'xxxxxxxxxxxx',
    Accept: 'a',
  })
})

it.each([
  [{ server: { adminPass: 'abc', id: 'i' } }, { server: { adminPass: 'xxxxxxxxxxxx', id: 'i' } }],
  [{ password: { user: { password: 'p' } } }, { password: { user: { password: 'xxxxxxxxxxxx' } } }],
  [
    { methods: ['token'], token: { id: 'gAAAAABs' } },
    { methods: ['token'], token: { id: 'gAAAAABxxxxxxxxxxxx' } },
  ],
  [[{ secret: 's' }], [{ secret: 'xxxxxxxxxxxx' }]],
  [{ details: 'Traceback\n  File' }, { details: 'Traceback' }],
  ['-'.repeat(8) + 'abcd'.repeat(200), '-'.repeat(8) + '<abcd x 200>'],
  [null, null],
  [3, 3],
])('%j is kept as %j', (value, kept) => {
  expect(redactedBody(value)).toEqual(kept)
})

it('names are replaced where they stand alone', () => {
  expect(renamed({ a: 'demo', b: ['demo', 'demo1'] }, new Map([['demo', 'member']]))).toEqual({
    a: 'member',
    b: ['member', 'demo1'],
  })
})
