import { describe, expect, it } from 'vitest'
import { isAtLeast } from './microversion.ts'

describe('a microversion', () => {
  it.each([
    ['2.52', '2.52', true],
    ['2.79', '2.9', true],
    ['2.9', '2.79', false],
    ['2.51', '2.52', false],
    ['2.100', '2.52', true],
    ['3.0', '2.99', true],
    ['2.1', '2.1', true],
  ])('%s is at least %s: %s', (version, wanted, is) => {
    expect(isAtLeast(version, wanted)).toBe(is)
  })
})
