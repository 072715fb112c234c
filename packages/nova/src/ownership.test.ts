import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NETWORK, order } from '../test/order.ts'
import { marksOf, ownershipOf, rankOf } from './ownership.ts'

const OTHER = '6433b39e-d350-44b8-8925-3bf977e6bb9a'

describe('what is ours', () => {
  it('is what has our owner in its metadata, and nothing else', () => {
    const ownership = ownershipOf('west', 'b')
    expect(ownership.owns({ metadata: { amphora_owner: 'west' } })).toBe(true)
    for (const metadata of [{}, { amphora_owner: 'west2' }, { amphora_owner: '' }, { owner: 'west' }]) {
      expect(ownership.owns({ metadata })).toBe(false)
    }
    expect(ownership.owns({ metadata: undefined })).toBeUndefined()
    expect([ownership.tag, ownership.description]).toEqual(['amphora:west', 'amphora west'])
  })
})

describe('marks', () => {
  it('are owner, name, fingerprint, builder and the order of the networks', () => {
    expect(marksOf(order({ networkIds: [OTHER, NETWORK] }), { owner: 'west', builder: 'b' })).toEqual({
      amphora_owner: 'west',
      amphora_name: 'web-1',
      amphora_fingerprint: 'v1:one',
      amphora_builder: 'b',
      amphora_networks: '6433b39ed35044b8,50bb70bad1d74b93',
    })
    expect(marksOf(order({ networkIds: [] }), { owner: 'west', builder: 'b' })).not.toHaveProperty('amphora_networks')
  })

  it('of as many networks as there may be are as short as Nova takes them', () => {
    fc.assert(
      fc.property(fc.array(fc.uuid(), { maxLength: 8 }), (networkIds) => {
        for (const [key, value] of Object.entries(
          marksOf(order({ networkIds }), { owner: 'w'.repeat(20), builder: 'b' }),
        )) {
          expect(key).toMatch(/^[a-zA-Z0-9-_:. ]{1,255}$/)
          expect(value.length).toBeLessThanOrEqual(255)
        }
      }),
    )
  })
})

describe('the rank of a network', () => {
  it('is its place in the order, whatever its case, and behind all others where it has none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 }), fc.uuid(), (networkIds, stranger) => {
        const metadata = marksOf(order({ networkIds }), { owner: 'west', builder: 'b' })
        expect(networkIds.map((id) => rankOf(id, metadata))).toEqual([...networkIds.keys()])
        expect(networkIds.map((id) => rankOf(id.toUpperCase(), metadata))).toEqual([...networkIds.keys()])
        fc.pre(!networkIds.includes(stranger))
        expect(rankOf(stranger, metadata)).toBe(networkIds.length)
        expect(rankOf(undefined, metadata)).toBe(networkIds.length)
      }),
    )
  })

  it('is the same for all where nothing was noted', () => {
    expect(new Set([rankOf(NETWORK), rankOf(OTHER), rankOf(undefined), rankOf(NETWORK, {})]).size).toBe(1)
  })
})
