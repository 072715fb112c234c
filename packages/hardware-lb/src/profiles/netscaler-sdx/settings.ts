import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only an SDX has. */
export interface SdxSettings {
  /** The SDX's own admin profile, by which it logs in to what it has made. */
  readonly profileName: string
  /** The feature license of every instance. */
  readonly license: 'Standard' | 'Enterprise' | 'Platinum'
  /** The port, or the channel, that carries the VLANs of instances: `LA/1`, `10/1`. */
  readonly dataPort?: string | undefined
  /** Of the NITRO interface: the vendor's own client speaks `v1`, its reference shows `v2`. */
  readonly apiVersion: 'v1' | 'v2'
}

const text = (most: number): v.GenericSchema<string, string> =>
  v.pipe(
    v.string('must be a text'),
    v.regex(new RegExp(`^[\\x20-\\x7e]{1,${most}}$`), `must be 1 to ${most} characters`),
  )

export const settingsSchema: OptionsSchema<SdxSettings, unknown> = v.strictObject(
  {
    profileName: text(128),
    license: v.optional(
      v.picklist(['Standard', 'Enterprise', 'Platinum'], 'must be Standard, Enterprise or Platinum'),
      'Standard',
    ),
    dataPort: v.optional(
      v.pipe(v.string('must be a text'), v.regex(/^(?:LA|\d{1,2})\/\d{1,2}$/, 'must be a port such as LA/1 or 10/1')),
    ),
    apiVersion: v.optional(v.picklist(['v1', 'v2'], 'must be v1 or v2'), 'v1'),
  },
  'must be { profileName, license, dataPort, apiVersion }',
)
