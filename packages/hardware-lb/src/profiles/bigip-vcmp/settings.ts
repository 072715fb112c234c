import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only a vCMP host has. */
export interface VcmpSettings {
  /** On how many slots of a chassis a guest runs; left out, the host decides. */
  readonly slots?: number | undefined
  /** Which slots those may be; left out, any. */
  readonly allowedSlots?: readonly number[] | undefined
  /**
   * The field of a guest that holds whose it is. No published guest shows a `description`; every one has a `hostname`,
   * which the guest then starts with. A host that does not keep the first refuses the build, and says so.
   */
  readonly markField: MarkField
}

export type MarkField = 'description' | 'hostname'

const slot = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(32, 'must be at most 32'),
)

export const settingsSchema: OptionsSchema<VcmpSettings, unknown> = v.optional(
  v.strictObject(
    {
      slots: v.optional(slot),
      allowedSlots: v.optional(v.pipe(v.array(slot), v.minLength(1, 'must not be empty'))),
      markField: v.optional(v.picklist(['description', 'hostname'], 'must be description or hostname'), 'description'),
    },
    'must be { slots, allowedSlots, markField }',
  ),
  {},
)
