import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './parse-json.ts'

const parse = (text: string): unknown => {
  const parsed = parseJson(Buffer.from(text))
  return 'problem' in parsed ? parsed.problem : parsed.value
}

describe('JSON from somebody else', () => {
  it('is what JSON.parse makes of it, without that one key', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (given) => {
        const text = JSON.stringify(given)
        const kept: unknown = JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
        expect(parse(text)).toEqual(kept)
      }),
    )
  })

  it('is a problem in words where it is none, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const parsed = parseJson(Buffer.from(bytes))
        expect('problem' in parsed || 'value' in parsed).toBe(true)
      }),
    )
  })

  it('quotes nothing of what it cannot read', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(parse(`canary ${text}`)).toBe('something that is not JSON')
      }),
    )
  })

  it('is nothing where nothing is there', () => {
    expect(parseJson(Buffer.alloc(0))).toEqual({ value: undefined })
  })

  it.each(['1', '"a"', 'null', 'true', '[]', '{}'])('%s is JSON', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it.each([' ', '\uFEFF{}', "{'a':1}", '{"a":1,}', 'undefined', '[1,2'])('%j is none', (text) => {
    expect(parse(text)).toBe('something that is not JSON')
  })
})

describe('a key named __proto__', () => {
  it.each([
    '{"__proto__":{"admin":true},"a":1}',
    '{"\\u005f_proto__":{"admin":true},"a":1}',
    '{"\\u005F\\u005fproto__":{"admin":true},"a":1}',
    '{"__\\u0070roto__":{"admin":true},"a":1}',
  ])('is dropped: %s', (text) => {
    const value = parse(text)
    expect(Object.getOwnPropertyNames(value)).toEqual(['a'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('is dropped at any depth, and nothing else is', () => {
    const value = parse('[{"list":[{"__proto__":{"x":1},"constructor":2,"prototype":3}],"text":"__proto__"}]')
    expect(value).toEqual([{ list: [{ constructor: 2, prototype: 3 }], text: '__proto__' }])
    expect(JSON.stringify(value)).toBe('[{"list":[{"constructor":2,"prototype":3}],"text":"__proto__"}]')
  })
})

describe('nesting', () => {
  const nested = (depth: number, [open, close]: readonly [string, string]): string =>
    `${open.repeat(depth - 1)}[]${close.repeat(depth - 1)}`

  it.each<readonly [string, string]>([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{},', ']'],
  ])('of 64 by %j%j passes, of 65 does not', (...pair) => {
    expect(parse(nested(64, pair))).toBeTypeOf('object')
    expect(parse(nested(65, pair))).toBe('JSON that is nested deeper than 64')
  })

  it('of a million is a problem and no overflow', () => {
    expect(parse(nested(1_000_000, ['[', ']']))).toBe('JSON that is nested deeper than 64')
  })

  it('in a text is none', () => {
    expect(parse(`"${'['.repeat(1000)}"`)).toBe('['.repeat(1000))
  })
})
