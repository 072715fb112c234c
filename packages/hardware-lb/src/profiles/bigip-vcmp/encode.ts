import type { ManagementPool } from '../../inventory/settings.ts'
import type { GuestOrder } from '../../profile/guest.ts'
import type { MarkField, VcmpSettings } from './settings.ts'
import type { WireGuest } from './wire.ts'

/** A guest that is to run at once; without an address of its own where the inventory has none. */
export function guestFor(
  { name, mark, size, image = '' }: GuestOrder,
  address: string | undefined,
  vlans: readonly string[],
  { management, settings }: { readonly management: ManagementPool | undefined; readonly settings: VcmpSettings },
): WireGuest {
  const { slots, allowedSlots, markField } = settings
  return {
    name,
    [markField]: markText(mark, markField),
    initialImage: image,
    ...(address === undefined || management === undefined
      ? { managementNetwork: 'isolated' }
      : {
          managementNetwork: 'bridged',
          managementIp: managementIp(address, management),
          managementGw: management.gateway,
        }),
    ...(size.vcpus === undefined ? {} : { coresPerSlot: size.vcpus }),
    ...(slots === undefined ? {} : { slots }),
    ...(allowedSlots === undefined ? {} : { allowedSlots }),
    ...(vlans.length === 0 ? {} : { vlans }),
    state: 'deployed',
  }
}

export function managementIp(address: string, { prefixLength }: Pick<ManagementPool, 'prefixLength'>): string {
  return `${address}/${prefixLength}`
}

/** A host name has no colons, and at least one dot. */
function markText(mark: string, field: MarkField): string {
  return field === 'hostname' ? mark.replaceAll(':', '.') : mark
}
