import { resolve } from 'node:path'
import type { Host } from '../host.ts'

/** What the file is called where nobody says. */
export const CONFIG_NAME = 'amphora.yaml'

/** Where the configuration is, absolute, and what said so. */
export interface ConfigPlace {
  readonly path: string
  readonly from: '--config' | 'AMPHORA_CONFIG' | 'the current folder'
}

/** `--config`, else `AMPHORA_CONFIG`, else `amphora.yaml` in the current folder. */
export function findConfig(option: string | undefined, { cwd, env }: Host): ConfigPlace {
  if (option !== undefined) return { path: resolve(cwd, option), from: '--config' }
  const named = env['AMPHORA_CONFIG']
  if (named !== undefined && named !== '') return { path: resolve(cwd, named), from: 'AMPHORA_CONFIG' }
  return { path: resolve(cwd, CONFIG_NAME), from: 'the current folder' }
}
