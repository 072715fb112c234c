import { createHash, createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, type Ordered } from './fingerprint.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bare: Ordered = {
  name: 'a',
  type: 'VM',
  flavor: undefined,
  imageId: undefined,
  keys: [],
  secGroups: [],
  networkIds: [],
  portIds: [],
  files: [],
  userData: undefined,
  placementGroupId: undefined,
  availabilityZone: undefined,
}
const full: Ordered = {
  name: 'a',
  type: 'Container',
  flavor: { vcpus: 2, memoryMiB: 512 },
  imageId: 'image',
  keys: ['k1', 'k2'],
  secGroups: ['s1', 's2'],
  networkIds: ['n1', 'n2'],
  portIds: ['p1', 'p2'],
  files: [
    { path: '/b', bytes: text('two') },
    { path: '/a', bytes: text('one') },
  ],
  userData: text('#cloud-config'),
  placementGroupId: 'group',
  availabilityZone: 'zone',
}

const texts = fc.array(fc.string(), { maxLength: 3 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })
const files = fc.uniqueArray(fc.record({ path: fc.string(), bytes: fc.uint8Array({ maxLength: 8 }) }), {
  selector: (file) => file.path,
  maxLength: 4,
})
const someOrder: fc.Arbitrary<Ordered> = fc.record({
  name: fc.string(),
  type: fc.constantFrom('VM' as const, 'Container' as const),
  flavor: maybe(fc.oneof(fc.string(), fc.record({ vcpus: fc.nat(), memoryMiB: fc.nat() }))),
  imageId: maybe(fc.string()),
  keys: texts,
  secGroups: texts,
  networkIds: texts,
  portIds: texts,
  files,
  userData: maybe(fc.uint8Array({ maxLength: 8 })),
  placementGroupId: maybe(fc.string()),
  availabilityZone: maybe(fc.string()),
})

/** What two orders have to agree in, to be one: written down here in another way than the source does it. */
function meaningOf(order: Ordered): unknown {
  const { flavor } = order
  return JSON.stringify([
    [order.name, order.type, order.keys, order.secGroups, order.networkIds, order.portIds],
    [order.imageId ?? null, order.placementGroupId ?? null, order.availabilityZone ?? null],
    typeof flavor === 'object' ? ['sized', flavor.vcpus ?? null, flavor.memoryMiB ?? null] : ['named', flavor ?? null],
    order.files.map(({ path, bytes }) => `${path}\0${Buffer.from(bytes).toString('hex')}`).sort(),
    order.userData === undefined ? null : [...order.userData],
  ])
}

describe('the fingerprint', () => {
  it('is v1: and the SHA-256 of canonical JSON, contents as their own SHA-256', () => {
    const sha = (data: string): string => createHash('sha256').update(data).digest('hex')
    const json =
      `{"availabilityZone":"zone","files":[["/a","${sha('one')}"],["/b","${sha('two')}"]],` +
      '"flavor":{"memoryMiB":512,"vcpus":2},"imageId":"image","keys":["k1","k2"],"name":"a","networkIds":["n1","n2"],' +
      `"placementGroupId":"group","portIds":["p1","p2"],"secGroups":["s1","s2"],"type":"Container","userData":"${sha('#cloud-config')}"}`
    expect(fingerprintOf(full)).toBe(`v1:${sha(json)}`)
    expect(fingerprintOf(bare)).toBe(`v1:${sha('{"name":"a","type":"VM"}')}`)
  })

  it('is the HMAC-SHA-256 of the same where there is a key, also of the contents', () => {
    const mac = (data: string): string => createHmac('sha256', 'key').update(data).digest('hex')
    const json = `{"files":[["/a","${mac('one')}"]],"name":"a","type":"VM","userData":"${mac('two')}"}`
    const order = { ...bare, files: [{ path: '/a', bytes: text('one') }], userData: text('two') }
    expect(fingerprintOf(order, 'key')).toBe(`v1:${mac(json)}`)
    expect(fingerprintOf(order, 'key')).not.toBe(fingerprintOf(order, 'other'))
    expect(fingerprintOf(order, 'key')).not.toBe(fingerprintOf(order))
  })

  it('is the same for the same order, and another for any other', () => {
    fc.assert(
      fc.property(someOrder, someOrder, (one, other) => {
        expect(fingerprintOf(one) === fingerprintOf(other)).toBe(meaningOf(one) === meaningOf(other))
        expect(fingerprintOf(structuredClone(one))).toBe(fingerprintOf(one))
      }),
    )
  })

  it('does not depend on the order of the files, nor of members', () => {
    fc.assert(
      fc.property(someOrder, fc.boolean(), (order, turned) => {
        const members = Object.entries(order).toReversed()
        const same: Ordered = {
          ...order,
          ...Object.fromEntries(members),
          files: turned ? order.files.toReversed() : order.files,
        }
        expect(fingerprintOf(same)).toBe(fingerprintOf(order))
      }),
    )
    const turned = { vcpus: 2, memoryMiB: 512 }
    const straight = { memoryMiB: 512, vcpus: 2 }
    expect(fingerprintOf({ ...bare, flavor: turned })).toBe(fingerprintOf({ ...bare, flavor: straight }))
  })

  it.each<[string, Partial<Ordered>]>([
    ['the name', { name: 'b' }],
    ['the type', { type: 'VM' }],
    ['the size', { flavor: { vcpus: 2, memoryMiB: 513 } }],
    ['the kind of flavor', { flavor: 'small' }],
    ['a size left out', { flavor: { vcpus: 2 } }],
    ['the image', { imageId: 'other' }],
    ['no image', { imageId: undefined }],
    ['a key', { keys: ['k1', 'k3'] }],
    ['the order of the keys', { keys: ['k2', 'k1'] }],
    ['no keys', { keys: [] }],
    ['the order of the groups', { secGroups: ['s2', 's1'] }],
    ['the order of the networks', { networkIds: ['n2', 'n1'] }],
    ['the order of the ports', { portIds: ['p2', 'p1'] }],
    ['networks for ports', { networkIds: ['p1', 'p2'], portIds: ['n1', 'n2'] }],
    ['one file less', { files: full.files.slice(1) }],
    ['the path of a file', { files: [{ path: '/c', bytes: text('two') }, ...full.files.slice(1)] }],
    ['the bytes of a file', { files: [{ path: '/b', bytes: text('tw0') }, ...full.files.slice(1)] }],
    ['the user data', { userData: text('#cloud-confiG') }],
    ['no user data', { userData: undefined }],
    ['empty user data', { userData: text('') }],
    ['the group', { placementGroupId: 'other' }],
    ['the zone', { availabilityZone: 'other' }],
    ['zone for group', { availabilityZone: 'group', placementGroupId: 'zone' }],
  ])('changes with %s', (_what, change) => {
    expect(fingerprintOf({ ...full, ...change })).not.toBe(fingerprintOf(full))
  })

  it('is the same for what is absent, undefined or an empty list, so that a field that a newer core knows changes nothing', () => {
    const { imageId: _image, files: _files, keys: _keys, ...without } = bare
    const older = Object.assign({ ...without }, { tags: [], region: undefined })
    expect(fingerprintOf(Object.assign({ ...bare, imageId: undefined }, older))).toBe(fingerprintOf(bare))
    expect(fingerprintOf({ ...bare, keys: [], portIds: [] })).toBe(fingerprintOf(bare))
  })

  it('leaves what it is made of as it is', () => {
    const order = { ...full, files: Object.freeze([...full.files]) }
    fingerprintOf(order)
    expect(order.files.map((file) => file.path)).toEqual(['/b', '/a'])
  })
})
