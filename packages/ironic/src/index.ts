export { capabilities } from './capabilities.ts'
export { ironic } from './plugin.ts'
export type { FlavorOption, ImageOption, IronicOptions } from './options.ts'
