import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only an A10 has. */
export interface A10Settings {
  /** The box's own template of resource limits that every partition of ours gets; the box's default where left out. */
  readonly resourceTemplate?: string | undefined
}

const DEFAULT = {}

export const settingsSchema: OptionsSchema<A10Settings, unknown> = v.optional(
  v.strictObject(
    {
      resourceTemplate: v.optional(
        v.pipe(
          v.string('must be a text'),
          v.regex(/^[\x21-\x7e]{1,63}$/, 'must be 1 to 63 printable characters without spaces'),
        ),
      ),
    },
    'must be { resourceTemplate }',
  ),
  DEFAULT,
)
