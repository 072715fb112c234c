import type { GuestOrder } from '../../profile/guest.ts'
import type { ApplianceProfile } from '../../profile/profile.ts'
import { VcmpAppliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { VcmpClient } from './client.ts'
import type { VcmpGuest } from './decode.ts'
import { explain, said } from './errors.ts'
import { login } from './login.ts'
import { settingsSchema, type VcmpSettings } from './settings.ts'
import { table } from './table.ts'

/** Guests of an F5 BIG-IP vCMP host, over iControl REST. Built from published sources, not run on hardware. */
export const bigipVcmpProfile: ApplianceProfile<typeof capabilities, VcmpSettings, VcmpGuest> = {
  name: 'bigip-vcmp',
  title: 'BIG-IP',
  capabilities,
  // No source has a limit; a name is a file's, and a host's.
  naming: { maxLength: 63, pattern: /[A-Za-z][A-Za-z0-9_.-]*/ },
  ownership: 'mark',
  names: 'unique',
  credentials: 'password',
  dimensions: ['vcpus'],
  settings: settingsSchema,
  timeouts: { build: 90_000 },
  wait: { pollMs: 5_000, timeoutMs: 1_200_000 },
  table,
  problems: (order) => [...problems(order)],
  connect: (appliance, { rest, clock }) =>
    new VcmpAppliance(new VcmpClient(rest({ login, explain, said })), appliance, clock),
}

function* problems({ name, image, size: { vcpus = 1 } }: GuestOrder): Iterable<string> {
  if (image === undefined) yield 'imageId is needed: a guest is made from one'
  if (name === 'stats') yield 'a guest called stats could not be addressed'
  if (!Number.isInteger(vcpus)) yield 'vcpus is a whole number here'
}
