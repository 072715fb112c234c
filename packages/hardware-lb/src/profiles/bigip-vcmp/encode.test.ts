import { expect, it } from 'vitest'
import { guestFor } from './encode.ts'

const mark = 'amphora:tests:0123456789abcdef:k3j2h1g0'
const order = { name: 'web', mark, nonce: 'k3j2h1g0', size: { vcpus: 2 }, image: 'image.iso', vlans: [101] }
const management = { addresses: [], prefixLength: 24, gateway: '10.0.0.1' }

it('a guest to be is deployed at once, on its VLANs, with the mark', () => {
  expect(
    guestFor(order, '10.0.0.10', ['/Common/front'], { management, settings: { markField: 'description' } }),
  ).toEqual({
    name: 'web',
    description: mark,
    initialImage: 'image.iso',
    managementNetwork: 'bridged',
    managementIp: '10.0.0.10/24',
    managementGw: '10.0.0.1',
    coresPerSlot: 2,
    vlans: ['/Common/front'],
    state: 'deployed',
  })
})

it('a guest without an address is isolated; slots are those of the settings', () => {
  const settings = { markField: 'hostname', slots: 2, allowedSlots: [1, 3] } as const
  expect(guestFor({ ...order, size: {} }, undefined, [], { management: undefined, settings })).toEqual({
    name: 'web',
    hostname: 'amphora.tests.0123456789abcdef.k3j2h1g0',
    initialImage: 'image.iso',
    managementNetwork: 'isolated',
    slots: 2,
    allowedSlots: [1, 3],
    state: 'deployed',
  })
})
