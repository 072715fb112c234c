import { createHash } from 'node:crypto'
import type { ManagementPool } from '../../inventory/settings.ts'
import type { GuestSize } from '../../profile/capabilities.ts'
import type { GuestOrder } from '../../profile/guest.ts'
import type { F5osSettings } from './settings.ts'
import type { WireTenant } from './wire.ts'

const DEFAULT_VCPUS = 4
/** Beside what each vCPU wants, MiB (the vendor's documentation of `f5os_tenant`). */
const BASE_MEMORY_MIB = 512

/** A tenant that is to run at once. */
export function tenantOf(
  { name, size, image = '', vlans }: GuestOrder,
  address: string,
  { prefixLength, gateway }: Pick<ManagementPool, 'prefixLength' | 'gateway'>,
  settings: F5osSettings,
): WireTenant {
  const { nodes, cryptos } = settings
  const { vcpus, memoryMiB } = fullSize(size, settings)
  return {
    name,
    config: {
      name,
      type: 'BIG-IP',
      image,
      nodes,
      'mgmt-ip': address,
      'prefix-length': prefixLength,
      gateway,
      ...(vlans.length === 0 ? {} : { vlans: [...vlans].sort((a, b) => a - b) }),
      cryptos,
      'vcpu-cores-per-node': vcpus,
      memory: memoryMiB,
      ...(size.storageGiB === undefined ? {} : { storage: { size: size.storageGiB } }),
      'running-state': 'deployed',
    },
  }
}

/** What a tenant takes, where its flavor leaves it open. */
export function fullSize(
  { vcpus = DEFAULT_VCPUS, memoryMiB }: GuestSize,
  settings: Pick<F5osSettings, 'memoryPerVcpuMiB'>,
): { readonly vcpus: number; readonly memoryMiB: number } {
  return { vcpus, memoryMiB: memoryMiB ?? leastMemory(vcpus, settings) }
}

/** The least that the box takes for so many vCPUs, MiB. */
export function leastMemory(vcpus: number, { memoryPerVcpuMiB }: Pick<F5osSettings, 'memoryPerVcpuMiB'>): number {
  return vcpus * memoryPerVcpuMiB + BASE_MEMORY_MIB
}

/**
 * Tells a tenant from a later one of its name: by the hash of the unit key that the box made for it (`tenantUnitKeyHash`
 * of F5-OS-TENANT-MIB, `unit-key-hash` in every recorded BIG-IP tenant; that it stays as long as the tenant does is
 * nowhere denied, and nowhere said).
 */
export function incarnationOf(unitKeyHash: string): string {
  return createHash('sha256').update(unitKeyHash).digest('hex').slice(0, 12)
}
