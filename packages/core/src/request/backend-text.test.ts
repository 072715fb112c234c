import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { backendTextProblem } from './backend-text.ts'

it.each([
  [undefined, 'is a string; found undefined'],
  [null, 'is a string; found null'],
  [7, 'is a string; found number'],
  ['', 'is empty'],
  ['a'.repeat(256), 'has at most 255 characters; found 256'],
  ['.', 'is an id, not "."'],
  ['..', 'is an id, not ".."'],
  ['a\r\nX-Token: b', 'holds control or broken characters'],
  ['a\ud800', 'holds control or broken characters'],
])('refuses %j', (value, problem) => {
  expect(backendTextProblem(value)).toBe(problem)
})

it.each(['a', 'a'.repeat(255), '...', '.a', 'a b', 'ünï', '😀', 'a/b', '6f1c8a'])('takes %j', (value) => {
  expect(backendTextProblem(value)).toBeUndefined()
})

it('lets nothing through that a URL would resolve or cannot hold', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.', '..', '../', './..', '/..'))
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(backendTextProblem(value) === undefined)
      const url = new URL(`http://host/servers/a/ports/${encodeURIComponent(value)}`)
      expect(url.pathname).toBe(`/servers/a/ports/${encodeURIComponent(value)}`)
    }),
  )
})
