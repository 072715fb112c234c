import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFlavor, readGroup, readInterface, readServer } from './read-wire.ts'

const ID = '15d64a1f-dc66-4ee0-8a05-817616211f62'

/** As Nova 26 gives it to a member, microversion 2.79. */
const WHOLE = {
  id: ID,
  name: 'web-1',
  status: 'ACTIVE',
  tenant_id: '0123456789abcdef0123456789abcdef',
  metadata: { amphora_owner: 'amphora', amphora_name: 'web-1' },
  image: { id: 'ef5703fd-709c-4377-beb0-fc58b90cd596', links: [] },
  flavor: { vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, original_name: 'm1.tiny', extra_specs: {} },
  created: '2026-11-23T16:27:26Z',
  updated: '2026-11-23T16:27:27Z',
  addresses: {
    net1: [
      { version: 4, addr: '10.10.0.5', 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01' },
      { version: 6, addr: 'fd00::5', 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01' },
    ],
  },
  'OS-EXT-AZ:availability_zone': 'nova',
  'OS-EXT-STS:task_state': null,
  'OS-EXT-STS:vm_state': 'active',
  'OS-EXT-STS:power_state': 1,
  locked: false,
  description: 'amphora amphora',
  tags: ['amphora:amphora'],
  adminPass: 'never asked for',
}

describe('a server', () => {
  it('is read as far as it is used, and no further', () => {
    expect(readServer(WHOLE)).toEqual({
      id: ID,
      name: 'web-1',
      status: 'ACTIVE',
      taskState: undefined,
      vmState: 'active',
      powerState: 1,
      created: '2026-11-23T16:27:26Z',
      metadata: { amphora_owner: 'amphora', amphora_name: 'web-1' },
      description: 'amphora amphora',
      flavor: 'm1.tiny',
      imageId: 'ef5703fd-709c-4377-beb0-fc58b90cd596',
      zone: 'nova',
      addresses: {
        net1: [
          { ip: '10.10.0.5', version: 4, mac: 'fa:16:3e:00:00:01' },
          { ip: 'fd00::5', version: 6, mac: 'fa:16:3e:00:00:01' },
        ],
      },
      fault: undefined,
      locked: false,
    })
  })

  it('below 2.47 has the id of its flavor', () => {
    expect(readServer({ ...WHOLE, flavor: { id: '42', links: [] } })?.flavor).toBe('42')
  })

  it('has a fault of which the traceback is not read', () => {
    const fault = { code: 500, created: '', message: 'No valid host was found. ', details: 'Traceback' }
    expect(readServer({ ...WHOLE, status: 'ERROR', fault })?.fault).toBe('No valid host was found. ')
    expect(JSON.stringify(readServer({ ...WHOLE, fault }))).not.toContain('Traceback')
  })

  it('of a cell that does not answer has nothing but its id', () => {
    expect(
      readServer({ id: ID, status: 'UNKNOWN', tenant_id: 'x', created: '2026-11-23T16:27:26Z', links: [] }),
    ).toMatchObject({ id: ID, status: 'UNKNOWN', name: undefined, metadata: undefined, addresses: {} })
  })

  it('made from a volume has an empty text for an image', () => {
    expect(readServer({ ...WHOLE, image: '' })?.imageId).toBeUndefined()
  })

  it.each([undefined, null, 7, 'x', [], {}, { id: 'x' }, { id: null }, { id: `${ID}x` }])('%j is none', (json) => {
    expect(readServer(json)).toBeUndefined()
  })

  it('leaves out what is not of the form that it has', () => {
    const odd = {
      ...WHOLE,
      metadata: { amphora_owner: 7, amphora_name: 'x' },
      addresses: { net1: 'none', net2: [{ version: 5, addr: 'x' }, { version: 4 }, null], net3: null },
      'OS-EXT-STS:power_state': '1',
      locked: 'yes',
    }
    expect(readServer(odd)).toMatchObject({
      metadata: { amphora_name: 'x' },
      addresses: { net1: [], net2: [], net3: [] },
      powerState: undefined,
      locked: false,
    })
    expect(readServer({ ...WHOLE, metadata: [] })?.metadata).toBeUndefined()
  })
})

describe('everything that is read', () => {
  it('is read in total: from any JSON, by no more than its own keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        for (const read of [readServer, readInterface, readFlavor, readGroup]) {
          const found = read(json)
          expect(found === undefined || typeof found === 'object').toBe(true)
        }
      }),
    )
    const inherited: unknown = Object.create(WHOLE)
    expect(readServer(inherited)).toBeUndefined()
  })
})

describe('a port', () => {
  it('is read with all its addresses', () => {
    const json = {
      net_id: 'n',
      port_id: 'p',
      mac_addr: 'fa:16:3e:00:00:01',
      port_state: 'ACTIVE',
      fixed_ips: [{ ip_address: '10.0.0.1', subnet_id: 's' }, { ip_address: 'fd00::1' }, {}, null],
    }
    expect(readInterface(json)).toEqual({
      portId: 'p',
      networkId: 'n',
      mac: 'fa:16:3e:00:00:01',
      ips: ['10.0.0.1', 'fd00::1'],
    })
    expect(readInterface({ port_id: 'p' })).toEqual({ portId: 'p', networkId: undefined, mac: undefined, ips: [] })
    expect(readInterface({ net_id: 'n' })).toBeUndefined()
  })
})

describe('a flavor', () => {
  const json = { id: '1', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 }

  it('is read with what tells whether a size may choose it', () => {
    expect(readFlavor(json)).toEqual({
      id: '1',
      name: 'm1.tiny',
      vcpus: 1,
      memoryMiB: 512,
      storageGiB: 1,
      disabled: false,
      hasExtraSpecs: false,
    })
    expect(
      readFlavor({ ...json, 'OS-FLV-DISABLED:disabled': true, extra_specs: { 'hw:cpu_policy': 'dedicated' } }),
    ).toMatchObject({ disabled: true, hasExtraSpecs: true })
  })

  it.each(['id', 'name', 'vcpus', 'ram', 'disk'])('without %s is none', (key) => {
    expect(readFlavor({ ...json, [key]: undefined })).toBeUndefined()
  })
})

describe('a placement group', () => {
  it('has one policy from 2.64 on, and a list of one before', () => {
    const json = { id: ID, name: 'amphora-pair' }
    expect(readGroup({ ...json, policy: 'affinity', rules: {} })?.policy).toBe('affinity')
    expect(readGroup({ ...json, policies: ['affinity'] })?.policy).toBe('affinity')
    expect(readGroup(json)).toEqual({ ...json, policy: undefined })
    expect(readGroup({ id: 'x', name: 'y' })).toBeUndefined()
    expect(readGroup({ id: ID })).toBeUndefined()
  })
})
