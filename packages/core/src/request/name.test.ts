import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshName, nameProblem } from './name.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('')
const first = fc.constantFrom(...LETTERS)
const later = fc.constantFrom(...LETTERS, '_', '.', '-')
const goodName = fc.tuple(first, fc.string({ unit: later, maxLength: 127 })).map(([head, rest]) => head + rest)
const RULE = 'name is 1 to 128 letters, digits, "_", "." and "-", a letter or digit first; found '

describe('the name of an amphora', () => {
  it('is any 1 to 128 letters, digits, "_", "." and "-" with a letter or digit first', () => {
    fc.assert(
      fc.property(goodName, (name) => {
        expect(nameProblem(name, undefined)).toBeUndefined()
      }),
    )
    expect(nameProblem('a'.repeat(128), undefined)).toBeUndefined()
    expect(nameProblem('a'.repeat(129), undefined)).toBe(`${RULE}"${'a'.repeat(40)}…"`)
  })

  it.each(['', '.a', '-a', '_a', 'a b', 'a/b', 'a\n', '\na', 'ä', 'a\u0000', 'a:b', 'a%2e', 'a😀'])(
    'is not %j',
    (name) => {
      expect(nameProblem(name, undefined)).toBe(RULE + JSON.stringify(name))
    },
  )

  it('is refused with any other character anywhere in it', () => {
    const stray = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 1 })
      .filter((char) => !/^[A-Za-z0-9_.-]$/.test(char))
    const spoilt = fc
      .tuple(goodName, stray, fc.nat(127))
      .map(([name, char, at]) => name.slice(0, at) + char + name.slice(at))
    fc.assert(
      fc.property(spoilt, (name) => {
        expect(nameProblem(name, undefined)).toBeDefined()
      }),
    )
  })

  it('is shown whole up to 40 characters and cut beyond', () => {
    expect(nameProblem('-'.repeat(40), undefined)).toBe(`${RULE}"${'-'.repeat(40)}"`)
    expect(nameProblem('-'.repeat(41), undefined)).toBe(`${RULE}"${'-'.repeat(40)}…"`)
  })

  it('is a string', () => {
    expect(nameProblem(5, undefined)).toBe('name is a string; found number')
    expect(nameProblem(null, undefined)).toBe('name is a string; found null')
    expect(nameProblem(undefined, undefined)).toBe('name is a string; found undefined')
  })

  it('is at most as long as the driver takes', () => {
    const naming = { maxLength: 14, pattern: /[a-z0-9]+/ }
    expect(nameProblem('a'.repeat(14), naming)).toBeUndefined()
    expect(nameProblem('a'.repeat(15), naming)).toBe('name has at most 14 characters on this driver; found 15')
  })

  it('matches the pattern of the driver as a whole, with or without anchors and alternatives', () => {
    for (const pattern of [/[a-z]+/, /^[a-z]+$/, /[a-z]|[a-z]{2,}/, /[a-z]+/g, /[a-z]+/y]) {
      const naming = { maxLength: 63, pattern }
      expect(nameProblem('abc', naming)).toBeUndefined()
      expect(nameProblem('abc', naming), 'a pattern keeps no place between two names').toBeUndefined()
      for (const name of ['abc1', '1abc', 'a1b']) {
        expect(nameProblem(name, naming)).toBe(`name matches ${String(pattern)} on this driver; found "${name}"`)
      }
    }
  })

  it('keeps the other flags of the pattern', () => {
    expect(nameProblem('ABC', { maxLength: 63, pattern: /[a-z]+/gi })).toBeUndefined()
    expect(nameProblem('ABC', { maxLength: 63, pattern: /[a-z]+/g })).toBeDefined()
  })
})

describe('a name that core makes', () => {
  it('is amphora- and a UUID where nothing speaks against it', () => {
    expect(freshName(undefined)).toMatch(
      /^amphora-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(freshName({ maxLength: 44, pattern: /[a-z0-9-]+/ })).toHaveLength(44)
  })

  it('is letters and digits, up to 32 of them, where the driver takes no more', () => {
    expect(freshName({ maxLength: 43, pattern: /[a-z0-9-]+/ })).toMatch(/^a[a-z0-9]{31}$/)
    expect(freshName({ maxLength: 128, pattern: /[a-z0-9]+/ })).toMatch(/^a[a-z0-9]{31}$/)
    expect(freshName({ maxLength: 20, pattern: /[a-z0-9]+/ })).toMatch(/^a[a-z0-9]{19}$/)
    expect(freshName({ maxLength: 12, pattern: /[a-z0-9]+/ })).toMatch(/^a[a-z0-9]{11}$/)
  })

  it('is none where the driver leaves no room for one', () => {
    expect(freshName({ maxLength: 11, pattern: /[a-z0-9]+/ })).toBeUndefined()
    expect(freshName({ maxLength: 63, pattern: /[0-9]+/ })).toBeUndefined()
  })

  it('is always another one', () => {
    for (const naming of [undefined, { maxLength: 12, pattern: /[a-z0-9]+/ }]) {
      expect(new Set(Array.from({ length: 1_000 }, () => freshName(naming))).size).toBe(1_000)
    }
  })

  it('always keeps the rules of the driver', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 200 }),
        fc.constantFrom(/[a-z0-9-]+/, /[a-z0-9]+/, /a.*/),
        (maxLength, pattern) => {
          const name = freshName({ maxLength, pattern })
          expect(nameProblem(name, { maxLength, pattern })).toBeUndefined()
        },
      ),
    )
  })
})
