/** A guest as we write it (F5Networks/f5-ansible, `bigip_vcmp_guest`; confidence: vendor-code). */
export interface WireGuest {
  readonly name: string
  readonly description?: string
  readonly hostname?: string
  readonly initialImage: string
  readonly managementNetwork: 'bridged' | 'isolated'
  /** `10.1.1.1/24`. */
  readonly managementIp?: string
  readonly managementGw?: string
  readonly coresPerSlot?: number
  readonly slots?: number
  readonly allowedSlots?: readonly number[]
  /** Full paths. */
  readonly vlans?: readonly string[]
  readonly state: GuestState
}

/**
 * What is wanted of a guest: nothing, a disk, or a running system. Each takes hardware but the first (iControl SOAP,
 * System::VCMP::VCMPGuestState; confidence: documentation).
 */
export type GuestState = 'configured' | 'provisioned' | 'deployed'
