import { join } from 'node:path'

/** A machine that has never seen this repository: its configuration, caches and stores stand in one folder. */
export interface Stranger {
  readonly folder: string
  /** The registry that it knows, and no other. */
  readonly registryUrl: string
  /** The path of pnpm. */
  readonly pnpm: string
}

/** The configuration file of a stranger. The registry wants some token before it takes a package; it knows none. */
export function strangerConfiguration(registryUrl: string): string {
  const { host } = new URL(registryUrl)
  return `registry=${registryUrl}\n//${host}/:_authToken=anyone\naudit=false\nfund=false\nupdate-notifier=false\n`
}

export function configurationPath({ folder }: Pick<Stranger, 'folder'>): string {
  return join(folder, 'npmrc')
}

/** The environment of this process without what npm, pnpm and the test runner have put there. */
export function strangerEnvironment(
  stranger: Stranger,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(environment).filter(
    ([name]) => !/^(?:npm_|pnpm_|vitest|vite_|node_path$|node_options$|node_env$)/i.test(name),
  )
  return {
    ...Object.fromEntries(own),
    NPM_CONFIG_USERCONFIG: configurationPath(stranger),
    NPM_CONFIG_CACHE: join(stranger.folder, 'npm-cache'),
    PNPM_CONFIG_STORE_DIR: join(stranger.folder, 'pnpm-store'),
    PNPM_CONFIG_CACHE_DIR: join(stranger.folder, 'pnpm-cache'),
    PNPM_CONFIG_STATE_DIR: join(stranger.folder, 'pnpm-state'),
  }
}
