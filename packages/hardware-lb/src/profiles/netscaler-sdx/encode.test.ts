import { expect, it } from 'vitest'
import type { GuestOrder } from '../../profile/guest.ts'
import { instanceOf, netmaskOf } from './encode.ts'

const order: GuestOrder = {
  name: 'lb-one',
  mark: 'amphora:ops:0123456789abcdef:nonce123',
  nonce: 'nonce123',
  size: { vcpus: 2, memoryMiB: 5_120, throughputMbps: 1_000, sslCores: 1 },
  image: 'NSVPX-XEN-13.1-48.47_nc_64.xva',
  vlans: [102, 7, 101, 7],
}
const settings = { profileName: 'tenants', license: 'Platinum', dataPort: 'LA/1', apiVersion: 'v1' } as const
const pool = { prefixLength: 23, gateway: '10.0.0.1' }

it('asks for an instance in texts, with its mark as its description', () => {
  expect(instanceOf(order, { address: '10.0.0.10', pool, settings })).toEqual({
    name: 'lb-one',
    description: 'amphora:ops:0123456789abcdef:nonce123',
    ip_address: '10.0.0.10',
    ipv4_address: '10.0.0.10',
    netmask: '255.255.254.0',
    gateway: '10.0.0.1',
    config_type: '0',
    image_name: 'NSVPX-XEN-13.1-48.47_nc_64.xva',
    profile_name: 'tenants',
    license: 'Platinum',
    number_of_cores: '2',
    vm_memory_total: '5120',
    throughput: '1000',
    number_of_ssl_cores: '1',
    network_interfaces: [{ port_name: 'LA/1', receiveuntagged: 'false', vlan_whitelist_array: ['7', '101', '102'] }],
  })
})

it('leaves to the SDX what nobody has asked for', () => {
  const bare = instanceOf({ ...order, size: {}, vlans: [] }, { address: '10.0.0.10', pool, settings })
  for (const field of ['number_of_cores', 'vm_memory_total', 'throughput', 'network_interfaces']) {
    expect(bare).not.toHaveProperty(field)
  }
})

it.each([
  [1, '128.0.0.0'],
  [8, '255.0.0.0'],
  [24, '255.255.255.0'],
  [26, '255.255.255.192'],
  [32, '255.255.255.255'],
])('a prefix of %d is %s', (prefixLength, netmask) => {
  expect(netmaskOf(prefixLength)).toBe(netmask)
})
