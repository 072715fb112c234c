import { describe, expect, it } from 'vitest'
import { IMAGE, NETWORK, order, server } from '../test/order.ts'
import { addressOf, amphoraOf, goneAmphora } from './decode.ts'
import { marksOf } from './ownership.ts'
import { readServer } from './read-wire.ts'

const OTHER = '6433b39e-d350-44b8-8925-3bf977e6bb9a'
const ip = (last: number) => ({ ip: `10.0.0.${last}`, version: 4 as const, mac: 'fa:16:3e:00:00:01' })
const nothing = { networks: new Map<string, readonly string[]>() }

describe('a server as an amphora', () => {
  it('is plain data', () => {
    const networks = new Map([['net1', [NETWORK]]])
    const amphora = amphoraOf(server({ addresses: { net1: [ip(5)] } }), { networks })
    expect(amphora).toEqual({
      id: '15d64a1f-dc66-4ee0-8a05-817616211f62',
      name: 'web-1',
      type: 'VM',
      status: { state: 'active', raw: 'ACTIVE' },
      addresses: [{ ip: '10.0.0.5', family: 4, networkId: NETWORK, mac: 'fa:16:3e:00:00:01' }],
      flavor: 'm1.tiny',
      imageId: IMAGE,
      availabilityZone: 'nova',
      createdAt: '2026-01-01T00:00:00Z',
    })
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
  })

  it('goes by the name of its mark, whatever an operator calls it', () => {
    expect(amphoraOf(server({ name: 'renamed' }), nothing).name).toBe('web-1')
  })

  it('leaves out what Nova does not tell, and invents no date', () => {
    const bare = server({ flavor: undefined, imageId: undefined, zone: undefined, created: 'yesterday' })
    expect(Object.keys(amphoraOf(bare, nothing)).sort()).toEqual(['addresses', 'id', 'name', 'status', 'type'])
  })

  it('has its addresses in the order in which its networks were asked for', () => {
    const metadata = marksOf(order({ networkIds: [OTHER, NETWORK] }), { owner: 'amphora', builder: 'b' })
    const networks = new Map([
      ['a', [NETWORK]],
      ['b', [OTHER]],
      ['c', ['9b0f1c8e-0000-4000-8000-000000000000']],
    ])
    const amphora = amphoraOf(server({ metadata, addresses: { c: [ip(3)], a: [ip(1)], b: [ip(2)] } }), { networks })
    expect(amphora.addresses.map((one) => one.ip)).toEqual(['10.0.0.2', '10.0.0.1', '10.0.0.3'])
  })

  it('has an address without a network where several go by one name, unless it was built with one of them', () => {
    const networks = new Map([['twin', [NETWORK, OTHER]]])
    const addresses = { twin: [ip(1)] }
    expect(amphoraOf(server({ addresses }), { networks }).addresses[0]?.networkId).toBeUndefined()
    const metadata = marksOf(order({ networkIds: [OTHER] }), { owner: 'amphora', builder: 'b' })
    expect(amphoraOf(server({ addresses, metadata }), { networks }).addresses[0]?.networkId).toBe(OTHER)
    const both = marksOf(order({ networkIds: [OTHER, NETWORK] }), { owner: 'amphora', builder: 'b' })
    expect(amphoraOf(server({ addresses, metadata: both }), { networks }).addresses[0]?.networkId).toBeUndefined()
  })

  it('tells the port of each address where the ports are known', () => {
    const interfaces = [{ portId: OTHER, networkId: NETWORK, mac: 'fa:16:3e:00:00:01', ips: ['10.0.0.5'] }]
    const amphora = amphoraOf(server({ addresses: { net1: [ip(5)] } }), { ...nothing, interfaces })
    expect(amphora.addresses).toEqual([
      { ip: '10.0.0.5', family: 4, networkId: NETWORK, portId: OTHER, mac: 'fa:16:3e:00:00:01' },
    ])
  })

  it('tells both families', () => {
    const addresses = { net1: [ip(5), { ip: 'fd00::5', version: 6 as const, mac: undefined }] }
    expect(amphoraOf(server({ addresses }), nothing).addresses.map(({ family }) => family)).toEqual([4, 6])
  })

  it('that is gone keeps its id and its name', () => {
    expect(goneAmphora('a', 'web-1')).toEqual({
      id: 'a',
      name: 'web-1',
      type: 'VM',
      status: { state: 'deleted', raw: 'DELETED' },
      addresses: [],
    })
  })
})

describe('a port', () => {
  it('has the address of its first IP, by its family, or none', () => {
    const port = { portId: OTHER, networkId: NETWORK, mac: 'fa', ips: ['fd00::1', '10.0.0.1'] }
    expect(addressOf(port)).toEqual({ ip: 'fd00::1', family: 6, portId: OTHER, networkId: NETWORK, mac: 'fa' })
    expect(addressOf({ ...port, ips: [] })).toBeUndefined()
  })
})

describe('what Nova sends', () => {
  it('is no server without a UUID, whatever it is', () => {
    for (const json of [undefined, null, 'x', 7, [], {}, { id: null }, { id: '' }, { id: 'xyz' }, { id: { id: 1 } }]) {
      expect(readServer(json)).toBeUndefined()
    }
  })

  it('is read as far as it goes, wrong shapes as absent', () => {
    const id = '15d64a1f-dc66-4ee0-8a05-817616211f62'
    const odd = {
      id,
      name: 7,
      metadata: { a: 'b', c: 1 },
      addresses: { net1: [{ addr: 1 }, { addr: '10.0.0.1', version: 5 }, null], net2: 'x' },
      flavor: 'm1',
      image: '',
      locked: 'yes',
      fault: { message: '' },
    }
    expect(readServer(odd)).toMatchObject({
      id,
      name: undefined,
      metadata: { a: 'b' },
      addresses: { net1: [], net2: [] },
      flavor: undefined,
      imageId: undefined,
      locked: false,
      fault: undefined,
    })
  })

  it('tells the flavor by its name from 2.47 on, and by its id before', () => {
    const id = '15d64a1f-dc66-4ee0-8a05-817616211f62'
    expect(readServer({ id, flavor: { original_name: 'm1.tiny', vcpus: 1 } })?.flavor).toBe('m1.tiny')
    expect(readServer({ id, flavor: { id: '42', links: [] } })?.flavor).toBe('42')
  })
})
