export { capabilities } from './capabilities.ts'
export { docker } from './plugin.ts'
export type { DockerOptions, DockerTls, GrantableCapability } from './options.ts'
