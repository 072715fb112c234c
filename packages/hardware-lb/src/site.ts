import type { DriverContext, Logger } from '@amphora/core'
import type { ApplianceEntry, ApplianceSettings } from './inventory/settings.ts'
import type { Appliance } from './profile/appliance.ts'
import type { HardwareCapabilities } from './profile/capabilities.ts'
import type { Guest } from './profile/guest.ts'
import type { ApplianceProfile } from './profile/profile.ts'
import { RestClient } from './rest/rest-client.ts'
import { Glance } from './snmp/glance.ts'
import { SnmpClient } from './snmp/snmp-client.ts'

/** One appliance of the inventory, and the ways to speak to it. */
export interface Site<Settings = unknown, G extends Guest = Guest> {
  readonly settings: ApplianceSettings<Settings>
  readonly appliance: Appliance<G>
  /** Its SNMP agent, where the inventory names one. */
  readonly snmp: SnmpClient | undefined
  /** What its agent tells of its guests, where it has a table of them. */
  readonly glance: Glance | undefined
  readonly logger: Logger
  close(): Promise<void>
}

/** Sends nothing. */
export function openSite<C extends HardwareCapabilities, Settings, G extends Guest>(
  profile: ApplianceProfile<C, Settings, G>,
  { appliance: settings, access, snmp: agent }: ApplianceEntry<Settings>,
  context: DriverContext,
): Site<Settings, G> {
  const { clock } = context
  const logger = context.logger.child({ appliance: settings.id })
  const clients: { close(): Promise<void> }[] = []
  const rest = (options: ConstructorParameters<typeof RestClient>[1]): RestClient => {
    const client = new RestClient({ profile, endpoint: settings.endpoint, access, clock }, options)
    clients.push(client)
    return client
  }
  const snmp = agent && new SnmpClient({ access: agent, title: profile.title })
  const appliance = profile.connect(settings, { clock, logger, rest, snmp: () => demanded(snmp) })
  return {
    settings,
    appliance,
    snmp,
    glance: snmp && profile.table && new Glance({ snmp, table: profile.table, clock, logger }),
    logger,
    close: async () => {
      await Promise.all([snmp?.close(), ...clients.map((client) => client.close())])
    },
  }
}

function demanded(snmp: SnmpClient | undefined): SnmpClient {
  if (snmp !== undefined) return snmp
  throw new TypeError('a profile that speaks SNMP says so in its lifecycle')
}
