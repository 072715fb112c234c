export { capabilities } from './capabilities.ts'
export { nova } from './plugin.ts'
export type { NovaOptions } from './options.ts'
