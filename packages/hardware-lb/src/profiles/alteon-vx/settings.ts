import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only an Alteon has. */
export interface AlteonSettings {
  /** How long it may work on `apply` and `save`, milliseconds. */
  readonly applyTimeoutMs: number
}

const DEFAULT_MS = 15_000
/** One attempt of a build takes at most 20 s. */
const MOST_MS = 18_000

export const settingsSchema: OptionsSchema<AlteonSettings, unknown> = v.optional(
  v.strictObject(
    {
      applyTimeoutMs: v.optional(
        v.pipe(
          v.number('must be a number'),
          v.integer('must be whole'),
          v.minValue(100, 'must be at least 100'),
          v.maxValue(MOST_MS, `must be at most ${MOST_MS}`),
        ),
        DEFAULT_MS,
      ),
    },
    'must be { applyTimeoutMs }',
  ),
  { applyTimeoutMs: DEFAULT_MS },
)
