import type { ApplianceSettings } from '../../inventory/settings.ts'
import type { GuestOrder } from '../../profile/guest.ts'
import type { ApplianceProfile } from '../../profile/profile.ts'
import { SdxAppliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { SdxClient } from './client.ts'
import type { SdxGuest } from './decode.ts'
import { DIMENSIONS } from './encode.ts'
import { explain, said } from './errors.ts'
import { loginAt } from './login.ts'
import { settingsSchema, type SdxSettings } from './settings.ts'
import { table } from './table.ts'

/** No instance starts with less (terraform-provider-netscalersdx, `vm_memory_total`; vendor-code). */
const LEAST_MEMORY_MIB = 2_048

/** Instances of a NetScaler SDX, through the NITRO interface of its management service. */
export const netscalerSdxProfile: ApplianceProfile<typeof capabilities, SdxSettings, SdxGuest> = {
  name: 'netscaler-sdx',
  title: 'SDX',
  capabilities,
  naming: { maxLength: 128, pattern: /[A-Za-z0-9][A-Za-z0-9_.-]*/ },
  ownership: 'mark',
  names: 'shared',
  credentials: 'password',
  dimensions: DIMENSIONS,
  settings: settingsSchema,
  timeouts: { build: 60_000 },
  wait: { pollMs: 5_000, timeoutMs: 900_000 },
  table,
  problems: (order, appliance) => [...problems(order, appliance)],
  connect: (appliance, { rest, clock }) => {
    const root = ['nitro', appliance.settings.apiVersion, 'config']
    return new SdxAppliance(new SdxClient(rest({ login: loginAt(root), explain, said }), root), appliance, clock)
  },
}

function* problems(
  { size, image, vlans }: GuestOrder,
  { management, settings: { dataPort } }: ApplianceSettings<SdxSettings>,
): Iterable<string> {
  if (image === undefined) yield 'imageId is needed: it names the XVA image that the instance starts from'
  if (management === undefined) yield 'an instance needs a management address, and the appliance has no management part'
  if (vlans.length > 0 && dataPort === undefined) {
    yield 'networkIds need a port that carries them, and the settings of the appliance have no dataPort'
  }
  for (const [dimension, amount] of Object.entries(size)) {
    if (!Number.isInteger(amount)) yield `${dimension} is a whole number here; found ${amount}`
  }
  const { memoryMiB = LEAST_MEMORY_MIB } = size
  if (memoryMiB < LEAST_MEMORY_MIB) yield `memoryMiB is at least ${LEAST_MEMORY_MIB} here; found ${memoryMiB}`
}
