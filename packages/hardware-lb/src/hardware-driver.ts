import { defineDriver, DriverLoadError, type DriverContext, type DriverFor, type DriverPlugin } from '@amphora/core'
import { HardwareDriver } from './driver.ts'
import type { ApplianceEntry, HardwareSettings } from './inventory/settings.ts'
import { optionsSchema, type HardwareOptions } from './options.ts'
import { ownershipOf } from './ownership.ts'
import type { HardwareCapabilities } from './profile/capabilities.ts'
import type { Guest } from './profile/guest.ts'
import type { ApplianceProfile } from './profile/profile.ts'
import { profileProblems } from './profile/rules.ts'
import { servedProfiles, warnOfRisks } from './risks.ts'
import { openSite } from './site.ts'
import { TrapReceiver } from './snmp/trap-receiver.ts'

/** The longest owner, and the hyphen after it. */
const OWNER_LENGTH = 21
/** The shortest name that core makes. */
const SHORTEST_NAME = 12

/**
 * Makes a driver plugin of a profile.
 *
 * @throws {DriverLoadError} naming every rule that the profile breaks.
 */
export function hardwareDriver<const C extends HardwareCapabilities, Settings, G extends Guest>(
  profile: ApplianceProfile<C, Settings, G>,
): DriverPlugin<HardwareOptions, C> {
  const problems = [...profileProblems(profile)]
  if (problems.length > 0)
    throw new DriverLoadError(`The profile "${profile.name}" cannot be used: ${problems.join('; ')}`)
  const { name, capabilities, timeouts, wait, ownership } = profile
  servedProfiles.add(name)
  const { maxLength, pattern } = profile.naming
  return defineDriver<HardwareSettings<Settings>, C, HardwareOptions>({
    apiVersion: 1,
    name,
    capabilities,
    options: optionsSchema(profile),
    naming: {
      maxLength: ownership === 'mark' ? maxLength : Math.max(maxLength - OWNER_LENGTH, SHORTEST_NAME),
      pattern,
    },
    ...(timeouts === undefined ? {} : { timeouts }),
    // A stream begins with a list of everything.
    wait: { streamFrom: 8, ...(wait ?? { pollMs: 5_000, timeoutMs: 900_000 }) },
    connect: (settings, context) => connect(profile, settings, context),
  })
}

function connect<C extends HardwareCapabilities, Settings, G extends Guest>(
  profile: ApplianceProfile<C, Settings, G>,
  settings: HardwareSettings<Settings>,
  context: DriverContext,
): DriverFor<C> {
  const { owner, clock, logger } = context
  warnOfRisks(settings.entries, logger)
  const sites = settings.entries.map((entry) => openSite(profile, entry, context))
  const traps =
    settings.traps &&
    new TrapReceiver({ ...settings.traps, owner, clock, logger, agents: settings.entries.flatMap(agentOf) })
  const ownership = ownershipOf(owner, profile.ownership, settings.namePrefix)
  const driver = new HardwareDriver({ profile, settings, sites, ownership, clock }, traps)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has every verb; core offers those that C declares
  return driver as unknown as DriverFor<C>
}

function agentOf({
  appliance,
  snmp,
}: ApplianceEntry<unknown>): readonly { readonly appliance: string; readonly host: string }[] {
  return snmp === undefined ? [] : [{ appliance: appliance.id, host: snmp.host }]
}
