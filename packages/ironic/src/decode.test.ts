import { describe, expect, it } from 'vitest'
import { ID, sighting, wireAllocation } from '../test/wire.ts'
import { amphoraOf, type Beside } from './decode.ts'
import { seenAs } from './sighting.ts'
import type { WirePort } from './wire.ts'

const port = (id: string, ...ips: readonly string[]): WirePort => ({
  id,
  name: undefined,
  description: undefined,
  networkId: `network of ${id}`,
  mac: 'fa:16:3e:00:00:01',
  ips,
})
const nothing: Beside = { ports: new Map(), addressOf: {} }
const beside = (...ports: readonly WirePort[]): Beside => ({
  ports: new Map(ports.map((one) => [one.id, one])),
  addressOf: {},
})

describe('an amphora', () => {
  it('tells what node and marks say', () => {
    expect(amphoraOf(sighting(), nothing)).toEqual({
      id: ID,
      name: 'web-1',
      type: 'BareMetal',
      status: { state: 'active', raw: 'active/power on' },
      addresses: [],
      flavor: 'baremetal',
      imageId: 'https://images.example/a.raw',
      createdAt: '2026-11-27T16:25:41Z',
    })
  })

  it('that has no node yet tells what its reservation says', () => {
    expect(amphoraOf(seenAs(wireAllocation({ state: 'allocating', nodeUuid: undefined })), nothing)).toEqual({
      id: ID,
      name: 'web-1',
      type: 'BareMetal',
      status: { state: 'building', raw: 'allocating' },
      addresses: [],
      flavor: 'baremetal',
      createdAt: '2026-11-27T16:25:41Z',
    })
  })

  it('invents no time and no flavor', () => {
    const told = amphoraOf(sighting({ resourceClass: undefined }, { created: 'soon' }), nothing)
    expect(told).not.toHaveProperty('createdAt')
    expect(told).not.toHaveProperty('flavor')
  })

  it('shows no signature of the address of its image', () => {
    const seen = sighting()
    const info = { ...seen.node?.instanceInfo, image_source: 'https://me:pw@images.example/a?sig=s3cr3t' }
    expect(amphoraOf(sighting({ instanceInfo: info }), nothing).imageId).toBe('https://images.example/a')
  })

  it('has the addresses of its networks and then of its ports, each in order', () => {
    const seen = sighting({}, { networks: ['n1', 'n2'], ports: ['p1'] })
    const told = amphoraOf(
      seen,
      beside(port('p1', '10.3.0.1'), port('n2', '10.2.0.1', 'fd00::1'), port('n1', '10.1.0.1')),
    )
    expect(told.addresses).toEqual([
      { ip: '10.1.0.1', family: 4, networkId: 'network of n1', portId: 'n1', mac: 'fa:16:3e:00:00:01' },
      { ip: '10.2.0.1', family: 4, networkId: 'network of n2', portId: 'n2', mac: 'fa:16:3e:00:00:01' },
      { ip: 'fd00::1', family: 6, networkId: 'network of n2', portId: 'n2', mac: 'fa:16:3e:00:00:01' },
      { ip: '10.3.0.1', family: 4, networkId: 'network of p1', portId: 'p1', mac: 'fa:16:3e:00:00:01' },
    ])
  })

  it('has the address that the options give its node, where Neutron knows none', () => {
    const addressOf = { 'node-1': '192.0.2.7' }
    expect(amphoraOf(sighting(), { ports: new Map(), addressOf }).addresses).toEqual([{ ip: '192.0.2.7', family: 4 }])
    const uuid = sighting().node?.uuid ?? ''
    const byUuid = { ports: new Map(), addressOf: { [uuid]: 'fd00::7' } }
    expect(amphoraOf(sighting(), byUuid).addresses).toEqual([{ ip: 'fd00::7', family: 6 }])
    const known = { ...beside(port('n1', '10.1.0.1')), addressOf }
    expect(amphoraOf(sighting({}, { networks: ['n1'] }), known).addresses.map(({ ip }) => ip)).toEqual(['10.1.0.1'])
  })
})
