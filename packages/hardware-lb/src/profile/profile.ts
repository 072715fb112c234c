import type { Clock, DriverDefinition, Logger, OptionsSchema } from '@amphora/core'
import type { ApplianceSettings } from '../inventory/settings.ts'
import type { RestClient, RestOptions } from '../rest/rest-client.ts'
import type { GuestTable } from '../snmp/guest-table.ts'
import type { SnmpClient } from '../snmp/snmp-client.ts'
import type { Appliance } from './appliance.ts'
import type { Dimension, HardwareCapabilities } from './capabilities.ts'
import type { Guest, GuestOrder } from './guest.ts'

/**
 * A kind of appliance: what it can do, and how it is spoken to. `hardwareDriver` makes a driver plugin of it.
 *
 * `Settings` is what the profile's own part of an appliance in the inventory becomes, `G` a guest as the profile reads it.
 */
export interface ApplianceProfile<
  C extends HardwareCapabilities = HardwareCapabilities,
  Settings = undefined,
  G extends Guest = Guest,
> {
  /** The plugin's name, an appliance's `profile` in the inventory, and the first part of every reason: `caddy`. */
  readonly name: string
  /** For messages: `Caddy`. */
  readonly title: string
  readonly capabilities: C
  /** What the box takes as a name, the whole of it. */
  readonly naming: { readonly maxLength: number; readonly pattern: RegExp }
  /**
   * Where a guest says whose it is. `mark`: a text field of the box holds owner, fingerprint and nonce. `name`: there is
   * no such field; the name begins with the owner, and `isSameOrder` compares configurations.
   */
  readonly ownership: 'mark' | 'name'
  /**
   * Whether the box itself refuses a second guest of a name. Where names are `shared` the engine looks once more after
   * each create, and whoever sees a twin takes its own away again.
   */
  readonly names: 'unique' | 'shared'
  /** Whether an appliance of the inventory has `credentials`. */
  readonly credentials: 'password' | 'none'
  /** How guests are made. `snmp`: the endpoint is `snmp://host`, and every appliance has `snmp`. Default `rest`. */
  readonly lifecycle?: 'rest' | 'snmp' | undefined
  /** What of a flavor the box can set; a flavor with anything else is refused. */
  readonly dimensions: readonly Dimension[]
  /** The profile's own part of an appliance in the inventory (`settings`), as any synchronous Standard Schema. */
  readonly settings?: OptionsSchema<Settings, unknown>
  /** Milliseconds, where the box is slower than core's defaults. */
  readonly timeouts?: DriverDefinition<unknown, never>['timeouts']
  readonly wait?: DriverDefinition<unknown, never>['wait']
  /** Why this order cannot be built on this appliance: every rule of the box that it breaks. Pure. */
  readonly problems?: (order: GuestOrder, appliance: ApplianceSettings<Settings>) => readonly string[]
  /** Owed where `ownership` is `name`: whether the guest is what the order asks for, field by field. Pure. */
  readonly isSameOrder?: (guest: G, order: GuestOrder) => boolean
  /** Where the box tells the state of its guests over SNMP as well. */
  readonly table?: GuestTable
  /** Speaks to one box. Sends nothing yet. */
  readonly connect: (appliance: ApplianceSettings<Settings>, context: ProfileContext) => Appliance<G>
}

/** What a profile gets to speak with. Sessions, sockets and secrets are the engine's; it closes them. */
export interface ProfileContext {
  readonly clock: Clock
  readonly logger: Logger
  /** A client of the appliance's endpoint: one for each appliance. */
  readonly rest: (options: RestOptions) => RestClient
  /** The appliance's SNMP agent. Throws `TypeError` where the inventory names none, which no profile of `snmp` sees. */
  readonly snmp: () => SnmpClient
}
