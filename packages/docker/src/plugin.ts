import { defineDriver, type DriverPlugin } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import { createDriver } from './driver.ts'
import { optionsSchema, type DockerOptions } from './options.ts'

/**
 * Containers on one Docker Engine, API 1.41 or newer. The id is the engine's own; the container's name is what makes a
 * repeated build give the one instance.
 */
export const docker: DriverPlugin<DockerOptions, typeof capabilities> = defineDriver({
  apiVersion: 1,
  name: 'docker',
  capabilities,
  options: optionsSchema,
  // The engine's own rule is "[a-zA-Z0-9][a-zA-Z0-9_.-]+", so two characters at least (moby, daemon/names).
  naming: { maxLength: 128, pattern: /[A-Za-z0-9][A-Za-z0-9_.-]+/ },
  connect: createDriver,
})
