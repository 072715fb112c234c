import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { BuildRequest } from '../build-request.ts'
import type { Capabilities } from '../capabilities.ts'
import { isPlainObject, undeclaredFields, undeclaredWords, unknownFieldProblems } from './declared.ts'

const NOTHING: Capabilities = { types: ['VM'] }
const EVERYTHING: Capabilities = {
  types: ['VM'],
  flavor: 'either',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 8 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 1 },
  placementGroups: true,
  availabilityZones: true,
}
const ALL: BuildRequest = {
  flavor: 'small',
  imageId: 'i',
  keys: ['k'],
  secGroups: ['s'],
  networkIds: ['n'],
  portIds: ['p'],
  configDriveFiles: { '/a': 'a' },
  userData: 'u',
  placementGroupId: 'g',
  availabilityZone: 'z',
}
const NEEDS = {
  flavor: 'flavor',
  imageId: 'image',
  keys: 'keys',
  secGroups: 'secGroups',
  networkIds: 'networks',
  portIds: 'ports',
  configDriveFiles: 'files',
  userData: 'userData',
  placementGroupId: 'placementGroups',
  availabilityZone: 'availabilityZones',
} as const

describe('an undeclared field', () => {
  it('is every one that asks for something, on a driver that declares nothing', () => {
    expect(undeclaredFields({ name: 'a', type: 'VM', ...ALL }, NOTHING)).toEqual(Object.keys(NEEDS))
    expect(undeclaredFields({ name: 'a', type: 'VM', ...ALL }, EVERYTHING)).toEqual([])
  })

  it.each(Object.entries(NEEDS))('is %s where %s is not declared, and no other', (field, capability) => {
    const { [capability]: _left, ...others } = EVERYTHING
    expect(undeclaredFields(ALL, others)).toEqual([field])
  })

  it('is none that asks for nothing', () => {
    const nothing = { flavor: {}, keys: [], secGroups: [], networkIds: [], portIds: [], configDriveFiles: {} }
    expect(undeclaredFields(nothing, NOTHING)).toEqual([])
    expect(undeclaredFields({}, NOTHING)).toEqual([])
  })

  it.each(['', null, 0, Readable.from(['a']), new Blob(['']), new Uint8Array()])('is one that holds %s', (userData) => {
    expect(undeclaredFields(Object.fromEntries([['userData', userData]]), NOTHING)).toEqual(['userData'])
  })

  it('is a flavor of the kind that the driver does not take', () => {
    const [byName, bySize] = [{ flavor: 'small' }, { flavor: { vcpus: 1 } }]
    const undeclared = (request: BuildRequest, flavor: 'named' | 'sized' | 'either'): boolean =>
      undeclaredFields(request, { ...NOTHING, flavor }).includes('flavor')
    expect([undeclared(byName, 'named'), undeclared(byName, 'sized'), undeclared(byName, 'either')]).toEqual([
      false,
      true,
      false,
    ])
    expect([undeclared(bySize, 'named'), undeclared(bySize, 'sized'), undeclared(bySize, 'either')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('is no flavor of a shape that nobody takes, which is another fault', () => {
    const request = Object.fromEntries([['flavor', 7]])
    expect(undeclaredFields(request, { ...NOTHING, flavor: 'named' })).toEqual([])
    expect(undeclaredFields(request, { ...NOTHING, flavor: 'sized' })).toEqual([])
  })

  it('is called by its name, a flavor by its kind where another kind is declared', () => {
    const words = (request: BuildRequest, capabilities: Capabilities): string =>
      undeclaredWords('flavor', request, capabilities)
    expect(words({ flavor: 'small' }, { ...NOTHING, flavor: 'sized' })).toBe('flavor by name')
    expect(words({ flavor: {} }, { ...NOTHING, flavor: 'named' })).toBe('flavor by size')
    expect(words({ flavor: 'small' }, NOTHING)).toBe('flavor')
    expect(undeclaredWords('keys', ALL, { ...NOTHING, flavor: 'sized' })).toBe('keys')
  })
})

describe('a field that nobody knows', () => {
  it('is named, cut, and what there is beside it', () => {
    expect(unknownFieldProblems({ name: 'a', type: 'VM', driver: 'd', ...ALL })).toEqual([])
    const known =
      'name, type, driver, flavor, imageId, keys, secGroups, networkIds, portIds, configDriveFiles, userData, placementGroupId, availabilityZone'
    expect(unknownFieldProblems({ image: 'x', ['l'.repeat(50)]: 1, 'a\n': undefined })).toEqual([
      `"image" is no field of a build request (${known})`,
      `"${'l'.repeat(40)}" is no field of a build request (${known})`,
      `"a\\n" is no field of a build request (${known})`,
    ])
  })
})

describe('a plain object', () => {
  it('is a record, and not file-like content', () => {
    expect([{}, Object.create(null), JSON.parse('{"a":1}')].map((value) => isPlainObject(value))).toEqual([
      true,
      true,
      true,
    ])
    const others = [null, undefined, 'a', 1, [], new Map(), Readable.from([]), new Blob([]), new Uint8Array(), () => {}]
    expect(others.some((value) => isPlainObject(value))).toBe(false)
  })
})
