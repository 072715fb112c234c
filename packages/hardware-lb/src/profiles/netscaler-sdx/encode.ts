import type { ManagementPool } from '../../inventory/settings.ts'
import type { Dimension } from '../../profile/capabilities.ts'
import type { GuestOrder } from '../../profile/guest.ts'
import type { SdxSettings } from './settings.ts'
import type { WireInstance } from './wire.ts'

/** What of a flavor an instance can be given, and what NITRO calls it. */
const SIZES = [
  ['vcpus', 'number_of_cores'],
  ['memoryMiB', 'vm_memory_total'],
  ['throughputMbps', 'throughput'],
  ['sslCores', 'number_of_ssl_cores'],
] as const satisfies readonly (readonly [Dimension, keyof WireInstance])[]

export const DIMENSIONS: readonly Dimension[] = SIZES.map(([dimension]) => dimension)

export interface InstanceFrame {
  readonly address: string
  readonly pool: Pick<ManagementPool, 'prefixLength' | 'gateway'>
  readonly settings: SdxSettings
}

/** The description holds our mark; it is the only free text that an instance has. */
export function instanceOf(
  { name, mark, size, image = '', vlans }: GuestOrder,
  { address, pool, settings: { profileName, license, dataPort } }: InstanceFrame,
): WireInstance {
  const sizes = SIZES.flatMap(([dimension, field]) => {
    const amount = size[dimension]
    return amount === undefined ? [] : [[field, String(amount)]]
  })
  return {
    name,
    description: mark,
    ip_address: address,
    ipv4_address: address,
    netmask: netmaskOf(pool.prefixLength),
    gateway: pool.gateway,
    config_type: '0',
    image_name: image,
    profile_name: profileName,
    license,
    ...Object.fromEntries(sizes),
    ...(dataPort === undefined || vlans.length === 0 ? {} : { network_interfaces: [interfaceOf(dataPort, vlans)] }),
  }
}

/** `255.255.255.0` for 24. */
export function netmaskOf(prefixLength: number): string {
  const bits = '1'.repeat(prefixLength).padEnd(32, '0')
  return [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join('.')
}

function interfaceOf(port: string, vlans: readonly number[]): NonNullable<WireInstance['network_interfaces']>[number] {
  const ascending = [...new Set(vlans)].sort((a, b) => a - b)
  return { port_name: port, receiveuntagged: 'false', vlan_whitelist_array: ascending.map(String) }
}
