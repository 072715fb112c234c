import type { ApplianceSettings } from '../../inventory/settings.ts'
import type { GuestOrder } from '../../profile/guest.ts'
import type { ApplianceProfile } from '../../profile/profile.ts'
import { F5osAppliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { F5osClient } from './client.ts'
import { isSameOrder, type F5osGuest } from './decode.ts'
import { fullSize, leastMemory } from './encode.ts'
import { explain, said } from './errors.ts'
import { loginOf } from './login.ts'
import { settingsSchema, type F5osSettings } from './settings.ts'
import { table } from './table.ts'

/** Tenants of an F5 rSeries, or of a partition of a VELOS, over RESTCONF. Built from published sources, not run on hardware. */
export const f5osProfile: ApplianceProfile<typeof capabilities, F5osSettings, F5osGuest> = {
  name: 'f5os',
  title: 'F5OS',
  capabilities,
  // A letter first, lower case, at most 50 (f5-ansible-f5os; confidence: vendor-code).
  naming: { maxLength: 50, pattern: /[a-z][a-z0-9-]*/ },
  ownership: 'name',
  names: 'unique',
  credentials: 'password',
  dimensions: ['vcpus', 'memoryMiB', 'storageGiB'],
  settings: settingsSchema,
  timeouts: { build: 90_000 },
  wait: { pollMs: 5_000, timeoutMs: 900_000 },
  table,
  problems: (order, appliance) => [...problems(order, appliance)],
  isSameOrder,
  connect: (appliance, { rest, clock }) => {
    const { endpoint, settings } = appliance
    const client = rest({
      // The token is asked for below the same root as everything else.
      login: loginOf(endpoint, settings.tokenLifetimeMinutes),
      headers: { 'content-type': 'application/yang-data+json', accept: 'application/yang-data+json' },
      explain,
      said,
    })
    return new F5osAppliance(new F5osClient(client, endpoint), appliance, clock)
  },
}

function* problems(
  { size, image }: GuestOrder,
  { management, settings }: Pick<ApplianceSettings<F5osSettings>, 'management' | 'settings'>,
): Iterable<string> {
  if (image === undefined) yield 'imageId is needed: a tenant is made from one'
  if (management === undefined)
    yield 'the appliance has no management addresses in the inventory, and a tenant needs one'
  const broken = Object.entries(size).filter(([, amount]) => !Number.isInteger(amount))
  for (const [dimension] of broken) yield `${dimension} is a whole number here`
  if (broken.length > 0) return
  const { vcpus, memoryMiB } = fullSize(size, settings)
  // f5-ansible-f5os; confidence: vendor-code.
  if (vcpus !== 1 && vcpus % 2 !== 0) yield `vcpus is 1 or even; found ${vcpus}`
  const least = leastMemory(vcpus, settings)
  if (memoryMiB < least) yield `memoryMiB is at least ${least} for ${vcpus} vcpus; found ${memoryMiB}`
}
