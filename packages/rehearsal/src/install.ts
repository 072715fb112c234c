import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { probesFolder } from './probe.ts'
import type { PublicPackage } from './public-package.ts'
import { strangerEnvironment, type Stranger } from './stranger.ts'

export type Client = 'npm' | 'pnpm'

export const clients: readonly Client[] = ['npm', 'pnpm']

/** One installation into an empty folder, and how it went. */
export interface Install {
  readonly client: Client
  readonly folder: string
  readonly succeeded: boolean
  /** All that the client said. */
  readonly output: string
}

/** Where `what` is installed by `client`. */
export function installFolder(stranger: Pick<Stranger, 'folder'>, client: Client, what: string): string {
  return join(stranger.folder, client, what.replace('/', '+'))
}

/** One package and what it wants beside it, as a stranger asks for them. */
export function wanted({ name, version, peers }: PublicPackage): readonly string[] {
  return [`${name}@${version}`, ...peers]
}

/** Installs into an empty folder; no script of any package runs. The programs that strangers run are put beside. */
export async function install(
  stranger: Stranger,
  client: Client,
  what: string,
  specifiers: readonly string[],
): Promise<Install> {
  const folder = installFolder(stranger, client, what)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "name": "stranger", "private": true }')
  const command = client === 'npm' ? 'npm' : stranger.pnpm
  const verb = client === 'npm' ? 'install' : 'add'
  const result = await execa(command, [verb, '--ignore-scripts', ...specifiers], {
    cwd: folder,
    env: strangerEnvironment(stranger),
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 180_000,
  })
  await cp(probesFolder, folder, { recursive: true })
  return { client, folder, succeeded: !result.failed, output: result.all }
}
