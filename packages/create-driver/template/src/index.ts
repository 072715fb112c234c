export { capabilities } from './capabilities.ts'
export type { __Name__Options } from './options.ts'
export { __name__ } from './plugin.ts'
