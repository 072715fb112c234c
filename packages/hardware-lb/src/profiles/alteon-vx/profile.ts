import type { ApplianceProfile } from '../../profile/profile.ts'
import { AlteonAppliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { AlteonClient } from './client.ts'
import { isSameOrder, type AlteonGuest } from './decode.ts'
import { NONCE_LENGTH } from './encode.ts'
import { settingsSchema, type AlteonSettings } from './settings.ts'

const LONGEST_NAME = 31
const VLANS = { least: 1, most: 4_090 }

/** vADCs of a Radware Alteon ADC-VX, by SNMP from beginning to end. One controller for each Alteon. */
export const alteonVxProfile: ApplianceProfile<typeof capabilities, AlteonSettings, AlteonGuest> = {
  name: 'alteon-vx',
  title: 'Alteon',
  capabilities,
  naming: { maxLength: LONGEST_NAME - NONCE_LENGTH - 1, pattern: /[A-Za-z0-9][A-Za-z0-9_.-]*/ },
  ownership: 'name',
  names: 'shared',
  lifecycle: 'snmp',
  credentials: 'none',
  dimensions: ['units', 'throughputMbps'],
  settings: settingsSchema,
  timeouts: { build: 60_000 },
  wait: { pollMs: 2_000, timeoutMs: 300_000 },
  problems: ({ size, vlans }) => [
    ...Object.entries(size)
      .filter(([, amount]) => !Number.isInteger(amount))
      .map(([dimension]) => `${dimension} is a whole number here`),
    ...vlans
      .filter((vlan) => vlan < VLANS.least || vlan > VLANS.most)
      .map((vlan) => `VLAN ${vlan}: an Alteon has those from ${VLANS.least} to ${VLANS.most}`),
  ],
  isSameOrder,
  connect: (appliance, { snmp, clock }) =>
    new AlteonAppliance(new AlteonClient(snmp(), appliance.settings.applyTimeoutMs), clock),
}
