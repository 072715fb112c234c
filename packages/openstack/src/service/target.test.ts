import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseOf, targetOf, versionDocument } from './target.ts'

const BASE = 'https://nova.example:8774/v2.1'

describe('where an API begins', () => {
  it.each([
    ['https://h:9696', ['v2.0'], 'https://h:9696/v2.0'],
    ['https://h:9696/', ['v2.0'], 'https://h:9696/v2.0'],
    ['https://h:9696/v2.0', ['v2.0'], 'https://h:9696/v2.0'],
    ['https://h:9696/v2.0/', ['v2.0'], 'https://h:9696/v2.0'],
    ['https://h/network', ['v2.0'], 'https://h/network/v2.0'],
    ['https://h/image/v2', ['v2'], 'https://h/image/v2'],
    ['https://h/v2.1/14574bb704364cd88ee9256a25128cb6/', ['v2.1'], 'https://h/v2.1/14574bb704364cd88ee9256a25128cb6'],
    ['https://h//compute//v2.1//', [], 'https://h/compute/v2.1'],
    ['https://h', [], 'https://h'],
  ])('%s with %j is %s', (endpoint, versionPath, base) => {
    expect(baseOf(new URL(endpoint), versionPath)).toBe(base)
  })
})

describe('the version document', () => {
  it.each([
    ['https://h/v2.1', 'https://h/v2.1/'],
    ['https://h/compute/v2.1/14574bb704364cd88ee9256a25128cb6', 'https://h/compute/v2.1/'],
    ['https://h/v1', 'https://h/v1/'],
    ['https://h/baremetal', 'https://h/baremetal/'],
    ['https://h', 'https://h/'],
  ])('of %s is at %s', (base, document) => {
    expect(versionDocument(base).href).toBe(document)
  })
})

describe('a target', () => {
  it('keeps every segment apart from its neighbours, whatever is in it', () => {
    const segment = fc.string({ minLength: 1, unit: 'grapheme' }).filter((one) => one !== '.' && one !== '..')
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (path) => {
        const url = targetOf(BASE, path)
        expect(url.origin).toBe('https://nova.example:8774')
        const found = url.pathname.split('/').slice(2).map(decodeURIComponent)
        expect(found).toEqual(path)
        expect(url.search + url.hash).toBe('')
      }),
    )
  })

  it('keeps every parameter apart, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        const url = targetOf(BASE, ['servers'], { [`x${name}`]: value, limit: 7, none: undefined, tag: ['a', 'b'] })
        expect(url.searchParams.get(`x${name}`)).toBe(value.toWellFormed())
        expect([...url.searchParams.keys()].filter((key) => key === 'none')).toEqual([])
        expect(url.searchParams.getAll('tag')).toEqual(['a', 'b'])
        expect(url.pathname).toBe('/v2.1/servers')
      }),
    )
  })

  it.each(['', '.', '..', '\uD800'])('is refused with the segment %j', (segment) => {
    expect(() => targetOf(BASE, ['servers', segment])).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  it.each(['%2e%2e', '../..', '/', 'a/../b', '?x', '#x', ';x', '\\', '//evil.example'])(
    'stays where it is with %j',
    (segment) => {
      const { origin, pathname } = targetOf(BASE, ['servers', segment])
      expect(origin + pathname).toBe(`${BASE}/servers/${encodeURIComponent(segment)}`)
    },
  )
})
