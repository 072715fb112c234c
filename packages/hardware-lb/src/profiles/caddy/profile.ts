import type { ApplianceProfile } from '../../profile/profile.ts'
import { CaddyAppliance } from './appliance.ts'
import { capabilities } from './capabilities.ts'
import { CaddyClient } from './client.ts'
import type { CaddyGuest } from './decode.ts'
import { explain, said } from './errors.ts'
import { table } from './table.ts'
import { settingsSchema, type CaddySettings } from './settings.ts'

/** Each change starts the admin interface anew, which ends connections that others are about to use. */
const NEW_CONNECTION = { connection: 'close' }

/** Tenants as HTTP servers in the configuration of a Caddy, through its admin interface. */
export const caddyProfile: ApplianceProfile<typeof capabilities, CaddySettings, CaddyGuest> = {
  name: 'caddy',
  title: 'Caddy',
  capabilities,
  naming: { maxLength: 64, pattern: /[A-Za-z0-9][A-Za-z0-9_.-]*/ },
  ownership: 'mark',
  names: 'unique',
  credentials: 'none',
  dimensions: [],
  settings: settingsSchema,
  timeouts: { build: 60_000 },
  wait: { pollMs: 1_000, timeoutMs: 120_000 },
  table,
  problems: ({ image }, { settings: { templates } }) => {
    if (image === undefined) return ['imageId is needed: it names what the tenant balances over']
    if (Object.hasOwn(templates, image)) return []
    return [`the image ${JSON.stringify(image.slice(0, 80))} is none of the templates of the appliance`]
  },
  connect: (appliance, { rest, clock }) =>
    new CaddyAppliance(new CaddyClient(rest({ headers: NEW_CONNECTION, explain, said })), appliance, clock),
}
