import { execa } from 'execa'
import { strangerEnvironment, type Stranger } from './stranger.ts'
import { root } from './workspace.ts'

/**
 * Publishes every public package of the workspace as a release does: pnpm writes real versions in place of `workspace:`
 * and `catalog:`. Nothing in the working tree changes. Provenance is for registries that can check it.
 */
export async function publishAll(stranger: Stranger): Promise<void> {
  const flags = ['--no-git-checks', '--provenance=false', '--registry', stranger.registryUrl]
  const result = await execa(stranger.pnpm, ['--recursive', 'publish', ...flags], {
    cwd: root,
    env: strangerEnvironment(stranger),
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 180_000,
  })
  if (result.failed) throw new Error(`the packages could not be published:\n${result.all}`)
}
