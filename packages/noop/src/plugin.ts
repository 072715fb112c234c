import { defineDriver, type DriverPlugin } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import { connect } from './driver.ts'
import { optionsJsonSchema } from './options-json-schema.ts'
import { optionsSchema, type NoopOptions } from './options.ts'

/** Builds amphorae that exist nowhere but in memory, and behave in everything else as on a real backend: `noop({})`. */
export const noop: DriverPlugin<NoopOptions, typeof capabilities> = defineDriver({
  apiVersion: 1,
  name: 'noop',
  capabilities,
  options: optionsSchema,
  optionsJsonSchema,
  settleMs: ({ settleMs }) => settleMs,
  wait: { pollMs: 20, timeoutMs: 600_000 },
  connect,
})
