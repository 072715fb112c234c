import { expect, it } from 'vitest'
import { pythonText } from './python-text.ts'

it.each([
  [null, 'None'],
  [true, 'True'],
  [false, 'False'],
  [1.5, '1.5'],
  ['a', "'a'"],
  ["it's", `"it's"`],
  [`it's "so"`, String.raw`'it\'s "so"'`],
  ['a\nb\\', String.raw`'a\nb\\'`],
  [['a', 1, []], "['a', 1, []]"],
  [{ a: { b: true }, c: null }, "{'a': {'b': True}, 'c': None}"],
])('%j is %s', (value, text) => {
  expect(pythonText(value)).toBe(text)
})
