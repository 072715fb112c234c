import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAtLeast } from './microversion.ts'
import { namePattern } from './name-pattern.ts'

describe('the pattern of a name', () => {
  it('finds that name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/), (name) => {
        expect(new RegExp(namePattern(name)).test(name)).toBe(true)
      }),
    )
  })

  it('holds nothing that any dialect reads as more than one character', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(namePattern(name)).toMatch(/^\^[A-Za-z0-9_.-]*\$$/)
      }),
    )
  })

  it('is anchored: a longer name is another', () => {
    expect(['web', 'web-1', 'a-web'].filter((name) => new RegExp(namePattern('web')).test(name))).toEqual(['web'])
  })
})

describe('a microversion', () => {
  it.each([
    ['2.79', '2.57', true],
    ['2.57', '2.57', true],
    ['2.9', '2.57', false],
    ['2.100', '2.99', true],
    ['3.0', '2.99', true],
  ])('%s is at least %s: %s', (version, wanted, is) => {
    expect(isAtLeast(version, wanted)).toBe(is)
  })
})
