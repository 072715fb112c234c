import { defineDriver, type DriverPlugin } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import { createDriver } from './driver.ts'
import { optionsSchema, type IronicOptions } from './options.ts'

/**
 * Bare metal through OpenStack Ironic's API 1.56 and newer, with Keystone or alone. The id is the allocation's, which we
 * choose; its name, unique in the whole of Ironic, is what makes a repeated build give the one machine.
 */
export const ironic: DriverPlugin<IronicOptions, typeof capabilities> = defineDriver({
  apiVersion: 1,
  name: 'ironic',
  capabilities,
  options: optionsSchema,
  timeouts: { build: 90_000 },
  // A machine takes minutes to be written and to boot: ten to fourteen in Ironic's own tests.
  wait: { pollMs: 2_000, timeoutMs: 2_700_000 },
  connect: createDriver,
})
