import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeDeep, mergeEntry, type Mapping } from './merge-entries.ts'

const leaf = fc.oneof(fc.string(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }))
const key = fc.constantFrom('auth', 'region_name', 'password', 'a', 'b', '__proto__', 'constructor')
const flat = fc.dictionary(key, leaf)
const mapping: fc.Arbitrary<Mapping> = fc.dictionary(key, fc.oneof(leaf, flat, fc.dictionary(key, flat)))

const keysOf = (value: object): readonly string[] => Object.keys(value).sort()

describe('one file over another', () => {
  it('has the keys of both, and the upper values where both have one that is no mapping', () => {
    fc.assert(
      fc.property(mapping, mapping, (lower, upper) => {
        const merged = mergeDeep(lower, upper)
        expect(keysOf(merged)).toEqual([...new Set([...Object.keys(lower), ...Object.keys(upper)])].sort())
        const plain = Object.entries(upper).filter(([, value]) => !isMapping(value))
        expect(plain.map(([name]) => merged[name])).toEqual(plain.map(([, value]) => value))
      }),
    )
  })

  it('over nothing, and nothing over it, is itself; merged with itself too', () => {
    fc.assert(
      fc.property(mapping, (one) => {
        const text = JSON.stringify(one, sorted)
        for (const merged of [mergeDeep(one, {}), mergeDeep({}, one), mergeDeep(one, one)]) {
          expect(JSON.stringify(merged, sorted)).toBe(text)
        }
      }),
    )
  })

  it('has the same keys in whatever order three are put together', () => {
    fc.assert(
      fc.property(mapping, mapping, mapping, (a, b, c) => {
        const left = mergeDeep(mergeDeep(a, b), c)
        const right = mergeDeep(a, mergeDeep(b, c))
        expect(keysOf(left)).toEqual(keysOf(right))
      }),
    )
  })

  it('is merged at every depth', () => {
    const clouds = { prod: { auth: { username: 'demo', auth_url: 'u' }, region_name: 'R' } }
    const secure = { prod: { auth: { password: 'p' } }, other: {} }
    expect(mergeDeep(clouds, secure)).toEqual({
      prod: { auth: { username: 'demo', auth_url: 'u', password: 'p' }, region_name: 'R' },
      other: {},
    })
  })

  it('puts nothing on a prototype', () => {
    const evil: Mapping = JSON.parse(
      '{"__proto__": {"admin": true}, "auth": {"__proto__": {"admin": true}}}',
    ) as Mapping
    const merged = mergeDeep({ auth: { a: 1 } }, evil)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
    expect((merged['auth'] as { admin?: boolean }).admin).toBeUndefined()
  })
})

describe('an entry over its profile', () => {
  it('is merged in auth, key by key, and nowhere else', () => {
    const profile = { auth: { auth_url: 'u', username: 'x' }, regions: ['A'], nested: { a: 1 } }
    const entry = { auth: { username: 'demo' }, nested: { b: 2 } }
    expect(mergeEntry(profile, entry)).toEqual({
      auth: { auth_url: 'u', username: 'demo' },
      regions: ['A'],
      nested: { b: 2 },
    })
  })

  it('changes neither of them', () => {
    fc.assert(
      fc.property(mapping, mapping, (lower, upper) => {
        const before = JSON.stringify([lower, upper])
        mergeEntry(lower, upper)
        mergeDeep(lower, upper)
        expect(JSON.stringify([lower, upper])).toBe(before)
      }),
    )
  })
})

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(_key: string, value: unknown): unknown {
  if (!isMapping(value)) return value
  return Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))
}
