import { expect, it } from 'vitest'
import { jsonLine, plain } from './plain.ts'

const ESCAPE = '\u001B]0;owned\u0007\u009B31m\u202Etxt'

it('leaves nothing that a terminal would obey', () => {
  expect(plain(`a${ESCAPE}\nb`)).toBe('a ]0;owned 31m txt b')
})

it('escapes in JSON what JSON itself lets through', () => {
  const line = jsonLine({ text: ESCAPE })
  expect(line).not.toMatch(/[\p{Cc}\u202E]/u)
  expect(JSON.parse(line)).toEqual({ text: ESCAPE })
})
