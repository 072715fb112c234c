import type { Logger } from '@amphora/core'
import type { ApplianceEntry } from './inventory/settings.ts'
import { isProtected } from './snmp/access.ts'

/** What the inventory has spelled out and what is a risk all the same: said once for each binding, and by `check`. */
export function warnOfRisks(entries: readonly ApplianceEntry<unknown>[], logger: Logger): void {
  for (const [text, appliances] of risks(entries)) logger.warn({ appliances }, text)
}

/** As `check` tells them, appliance by appliance. */
export function riskWarnings(entries: readonly ApplianceEntry<unknown>[]): readonly string[] {
  return [...risks(entries)].flatMap(([text, appliances]) => appliances.map((id) => `${id}: ${text}`))
}

/** The profiles that drivers of this process serve. */
export const servedProfiles: Set<string> = new Set()

/** Appliances of the inventory that are nobody's: their profile may be misspelt. */
export function unservedWarnings(
  others: readonly { readonly appliance: string; readonly profile: string }[],
): readonly string[] {
  return others
    .filter(({ profile }) => !servedProfiles.has(profile))
    .map(({ appliance, profile }) => `${appliance}: no driver here serves the profile ${JSON.stringify(profile)}`)
}

function risks(entries: readonly ApplianceEntry<unknown>[]): ReadonlyMap<string, readonly string[]> {
  const found = RISKS.map(([text, isRun]) => [text, entries.filter(isRun).map(({ appliance: { id } }) => id)] as const)
  return new Map(found.filter(([, appliances]) => appliances.length > 0))
}

const RISKS: readonly (readonly [string, (entry: ApplianceEntry<unknown>) => boolean])[] = [
  ['insecureSkipVerify: whoever answers at its address is believed', ({ access }) => access.tls.insecureSkipVerify],
  [
    'plain http: whoever listens on the way reads along, and may change what is said',
    ({ appliance: { endpoint }, access }) => endpoint.protocol === 'http:' && access.allowInsecureHttp === 'anywhere',
  ],
  [
    'allowWeakSnmp: what is read over SNMP may have been said by anybody',
    ({ snmp }) => snmp !== undefined && !isProtected(snmp.credentials),
  ],
]
