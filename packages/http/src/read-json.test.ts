import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listOf, numberOf, own, recordOf, textOf } from './read-json.ts'

describe('a reader of foreign JSON', () => {
  it('never throws, whatever it reads', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, key) => {
        expect(() => [own(value, key), textOf(value), numberOf(value), listOf(value), recordOf(value)]).not.toThrow()
      }),
      { numRuns: 50 },
    )
  })

  it('own: own properties alone', () => {
    expect(own({ a: 1 }, 'a')).toBe(1)
    expect(own({ a: 1 }, 'toString')).toBeUndefined()
    expect(own([7], '0')).toBe(7)
    for (const value of [undefined, null, 'a', 1, true]) expect(own(value, 'length')).toBeUndefined()
  })

  it('textOf: a text that is not empty', () => {
    expect([textOf('a'), textOf(''), textOf(1), textOf(null), textOf(['a'])]).toEqual(['a', ...Array(4)])
  })

  it('numberOf: a finite number', () => {
    expect([numberOf(0), numberOf(Number.NaN), numberOf(1 / 0), numberOf('1'), numberOf(null)]).toEqual([
      0,
      ...Array(4),
    ])
  })

  it('listOf: an array', () => {
    const list = [1]
    expect([listOf(list), listOf({ length: 0 }), listOf('a'), listOf(undefined)]).toEqual([list, ...Array(3)])
  })

  it('recordOf: an object that is no array', () => {
    const record = { a: 1 }
    expect([recordOf(record), recordOf([]), recordOf(null), recordOf('a')]).toEqual([record, ...Array(3)])
  })
})
