import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../errors.ts'
import { bindingNameProblem, joinId, splitId } from './id.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
const binding = fc
  .tuple(fc.constantFrom(...letters), fc.string({ unit: fc.constantFrom(...letters, '0', '9', '-'), maxLength: 30 }))
  .map(([head, rest]) => head + rest)
const own = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((id) => !/[\p{Cc} ]/u.test(id) && id !== '.' && id !== '..')

function refusal(id: unknown, what?: string): readonly string[] {
  try {
    splitId(id, what)
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
  throw new Error('the id was not refused')
}

describe('a routable id', () => {
  it('is split where it was joined, at the first slash', () => {
    fc.assert(
      fc.property(binding, own, (driver, id) => {
        expect(splitId(joinId(driver, id))).toEqual({ driver, id })
      }),
    )
    expect(splitId('east/a/b')).toEqual({ driver: 'east', id: 'a/b' })
    expect(splitId('e//')).toEqual({ driver: 'e', id: '/' })
    expect(joinId('east', 'a')).toBe('east/a')
  })

  it.each([
    '',
    'east',
    '/',
    'east/',
    '/a',
    'East/a',
    '1/a',
    '-/a',
    'e_/a',
    `${'e'.repeat(32)}/a`,
    'east/.',
    'east/..',
    'east/a b',
    'east/a\n',
    'east/\u0000',
    'east/\u007f',
    'east /a',
    'east/\ud800',
  ])('is not %j', (id) => {
    expect(refusal(id)).toEqual([
      `an amphora id is "<binding>/<backend's id>", as it was given to you; found ${JSON.stringify(id)}`,
    ])
  })

  it('has at most 31 and 512 characters before and behind the slash', () => {
    expect(splitId(`${'e'.repeat(31)}/${'a'.repeat(512)}`).id).toHaveLength(512)
    expect(refusal(`e/${'a'.repeat(513)}`)[0]).toContain(`found "e/${'a'.repeat(78)}"`)
  })

  it('may have any other sign behind the slash', () => {
    for (const id of ['...', '.a', '!', '~', '/', '%2e%2e', 'ä', '😀']) expect(splitId(`e/${id}`).id).toBe(id)
  })

  it('is a string', () => {
    expect(refusal(null)[0]).toMatch(/found null$/)
    expect(refusal(undefined)[0]).toMatch(/found undefined$/)
    expect(refusal(7)[0]).toMatch(/found number$/)
  })

  it('is called what the caller calls it', () => {
    expect(refusal('x', 'a group id')[0]).toMatch(/^a group id is "<binding>/)
  })
})

describe('a binding', () => {
  it('is named by 1 to 31 lower case letters, digits and hyphens, a letter first', () => {
    fc.assert(
      fc.property(binding, (name) => {
        expect(bindingNameProblem(name)).toBeUndefined()
      }),
    )
    for (const name of ['', 'A', '1', '-a', 'a/b', 'a_', 'a\n', 'a'.repeat(32)]) {
      expect(bindingNameProblem(name)).toBe(
        `the binding ${JSON.stringify(name)} is named by 1 to 31 lower case letters, digits and hyphens, a letter first`,
      )
    }
  })
})
