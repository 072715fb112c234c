import { defineDriver, type DriverPlugin } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import { createDriver } from './driver.ts'
import { optionsSchema, type __Name__Options } from './options.ts'

/** The driver; call it with its options to bind it. */
export const __name__: DriverPlugin<__Name__Options, typeof capabilities> = defineDriver({
  apiVersion: 1,
  name: '__driver__',
  capabilities,
  options: optionsSchema,
  // here: how long your backend may still act on a build whose answer was lost; 0 where it takes a name once only
  settleMs: 0,
  // here: how often a wait looks at first, and how long it waits where its caller does not say; milliseconds
  wait: { pollMs: 1_000, timeoutMs: 600_000 },
  connect: createDriver,
})
