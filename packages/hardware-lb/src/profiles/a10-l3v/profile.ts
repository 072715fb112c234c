import type { ApplianceProfile } from '../../profile/profile.ts'
import { A10Appliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { A10Client } from './client.ts'
import { SHARED, type A10Guest } from './decode.ts'
import { explain, said } from './errors.ts'
import { login } from './login.ts'
import { settingsSchema, type A10Settings } from './settings.ts'

/**
 * L3V partitions of an A10 Thunder, over aXAPI v3. A name has 14 characters at most (a10-octavia cuts project ids to that;
 * vendor-code). Without an SNMP table: A10's MIB has no row for a partition.
 */
export const a10L3vProfile: ApplianceProfile<typeof capabilities, A10Settings, A10Guest> = {
  name: 'a10-l3v',
  title: 'A10',
  capabilities,
  naming: { maxLength: 14, pattern: /[A-Za-z0-9][A-Za-z0-9_.-]*/ },
  ownership: 'mark',
  names: 'unique',
  credentials: 'password',
  dimensions: [],
  settings: settingsSchema,
  timeouts: { build: 60_000 },
  wait: { pollMs: 2_000, timeoutMs: 120_000 },
  problems: ({ name }) =>
    name.toLowerCase() === SHARED ? [`"${SHARED}" is the name of the partition that holds all others`] : [],
  connect: (appliance, { rest, clock }) =>
    new A10Appliance(new A10Client(rest({ login, explain, said })), appliance, clock),
}
