import type { GuestSize } from '../profile/capabilities.ts'
import type { SnmpAccess } from '../snmp/access.ts'
import type { Secret } from './secret.ts'
import type { TrapSettings } from './snmp-schema.ts'

/** One appliance of the inventory, checked, as profiles see it. Holds no secret. */
export interface ApplianceSettings<Settings = undefined> {
  readonly id: string
  readonly endpoint: URL
  /** What it fails together with. */
  readonly domain: string
  readonly isCordoned: boolean
  /** Image ids of requests, and what the box calls them. */
  readonly images: Readonly<Record<string, string>>
  /** Network ids of requests, and their VLANs. */
  readonly networks: Readonly<Record<string, number>>
  readonly management: ManagementPool | undefined
  readonly maxGuests: number | undefined
  readonly settings: Settings
}

/** Addresses that guests may be managed at. */
export interface ManagementPool {
  /** Every single one, in the order of the inventory. */
  readonly addresses: readonly string[]
  readonly prefixLength: number
  readonly gateway: string
}

/** An appliance, and how it is reached. */
export interface ApplianceEntry<Settings> {
  readonly appliance: ApplianceSettings<Settings>
  readonly access: Access
  /** Left out where the inventory names no agent. */
  readonly snmp: SnmpAccess | undefined
}

/** How an appliance is reached over HTTP. */
export interface Access {
  readonly credentials: Credentials | undefined
  readonly tls: Tls
  readonly allowInsecureHttp: boolean | 'anywhere'
}

/** Who we are at an appliance. */
export interface Credentials {
  readonly username: string
  readonly password: Secret
}

export interface Tls {
  readonly ca: Secret | undefined
  readonly pin: string | undefined
  readonly servername: string | undefined
  readonly cert: Secret | undefined
  readonly key: Secret | undefined
  readonly insecureSkipVerify: boolean
}

/** What the options of a driver become. */
export interface HardwareSettings<Settings> {
  readonly entries: readonly ApplianceEntry<Settings>[]
  /** The appliances of other profiles. */
  readonly others: readonly { readonly appliance: string; readonly profile: string }[]
  readonly flavors: Readonly<Record<string, GuestSize>>
  readonly namePrefix: string
  readonly traps: TrapSettings | undefined
}
