import type { GuestSize } from '../profile/capabilities.ts'
import type { SecretReference } from './secret.ts'

/** Every appliance there is. One inventory serves the drivers of all profiles: each takes the appliances of its own. */
export interface Inventory {
  readonly appliances: Readonly<Record<string, InventoryAppliance>>
  /** Sizes by name; a request's `flavor` names one. */
  readonly flavors?: Readonly<Record<string, GuestSize>> | undefined
}

/** An appliance, under its id: 1 to 31 lower case letters, digits and hyphens, a letter first. */
export interface InventoryAppliance {
  /** Which kind of box: `caddy`. */
  readonly profile: string
  /**
   * `https://host[:port]`, and a path where the box's interface does not begin at its root. `snmp://host[:port]` where
   * the box is spoken to over SNMP alone.
   */
  readonly endpoint: string
  /** What it fails together with: a rack, a site, a pair. Default: its own id. A request's `availabilityZone` names one. */
  readonly domain?: string | undefined
  /** Takes no new guests, and does not hinder builds where it is silent. What it holds stays reachable. */
  readonly cordoned?: boolean | undefined
  readonly credentials?: { readonly username: string; readonly password: SecretReference } | undefined
  readonly tls?: InventoryTls | undefined
  /** Its SNMP agent. Left out: it is asked over its first interface alone. */
  readonly snmp?: InventorySnmp | undefined
  /** Lets plain `http` through: `true` on loopback only. */
  readonly allowInsecureHttp?: boolean | 'anywhere' | undefined
  /** Image ids of requests, and what the box calls them. */
  readonly images?: Readonly<Record<string, string>> | undefined
  /** Network ids of requests, and their VLANs, 1 to 4094. */
  readonly networks?: Readonly<Record<string, number>> | undefined
  /** Addresses for guests whose box wants to be given one: `10.0.0.10` or `10.0.0.10-10.0.0.40`. */
  readonly management?:
    | { readonly addresses: readonly string[]; readonly prefixLength: number; readonly gateway: string }
    | undefined
  /** No more guests than these, whoever made them, whatever the box itself would take. */
  readonly maxGuests?: number | undefined
  /** What only this profile knows. */
  readonly settings?: unknown
}

/** Who we are to an SNMP agent. Version 3, SHA-256 and AES unless something else is said. */
export interface SnmpIdentity {
  readonly version?: 'v3' | 'v2c' | undefined
  readonly user?: string | undefined
  readonly authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | undefined
  /** At least 8 characters, as the agent has it. */
  readonly authKey?: SecretReference | undefined
  /** `aes256b` is what most call AES-256; `aes256r` extends short keys as some vendors do. */
  readonly privProtocol?: 'des' | 'aes' | 'aes256b' | 'aes256r' | undefined
  readonly privKey?: SecretReference | undefined
  /** Of version 2c. */
  readonly community?: SecretReference | undefined
  /** Lets version 2c through, users without a key, MD5 and DES. With version 2c nothing can be changed. */
  readonly allowWeakSnmp?: boolean | undefined
}

/** The SNMP agent of an appliance. */
export interface InventorySnmp extends SnmpIdentity {
  /** Default: that of the endpoint. */
  readonly host?: string | undefined
  /** Default: that of the endpoint where it is `snmp:`, else 161. */
  readonly port?: number | undefined
  /** Milliseconds until a question is asked again; default 1 000. */
  readonly timeoutMs?: number | undefined
  /** How often it is asked again; default 2. A change is sent once. */
  readonly retries?: number | undefined
}

/** Where traps are received. A trap is never believed: it makes us look. */
export interface TrapReceiverOptions extends SnmpIdentity {
  /** The address to listen on. */
  readonly address: string
  /** 1024 or above; default 10162. */
  readonly port?: number | undefined
}

/** Appliances mostly sign their own certificates, with a name that is not theirs: `ca` and `pin` together accept one. */
export interface InventoryTls {
  /** PEM. */
  readonly ca?: SecretReference | undefined
  /** SHA-256 of the certificate, in hex. */
  readonly pin?: string | undefined
  readonly servername?: string | undefined
  readonly cert?: SecretReference | undefined
  readonly key?: SecretReference | undefined
  /** Takes any certificate of anybody. */
  readonly insecureSkipVerify?: boolean | undefined
}
