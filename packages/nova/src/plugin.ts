import { defineDriver, type DriverPlugin } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import { createDriver } from './driver.ts'
import { optionsSchema, type NovaOptions, type Settings } from './options.ts'

/**
 * Virtual machines on one OpenStack cloud, through Nova's API 2.1 and newer. The id is the server's; the server's name
 * and our mark in its metadata are what makes a repeated build give the one instance.
 */
export const nova: DriverPlugin<NovaOptions, typeof capabilities> = defineDriver({
  apiVersion: 1,
  name: 'nova',
  capabilities,
  options: optionsSchema,
  // Nova has no create token and lets names repeat: what was sent may still be carried out after its answer was lost.
  settleMs: ({ settleMs }: Settings) => settleMs,
  wait: { pollMs: 1_000, timeoutMs: 600_000, streamFrom: 8 },
  naming: { maxLength: 128, pattern: /.+/ },
  connect: createDriver,
})
