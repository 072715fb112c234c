import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalRegistry } from './local-registry.ts'
import type { PublicPackage } from './public-package.ts'
import { publishAll } from './publish.ts'
import { configurationPath, strangerConfiguration, type Stranger } from './stranger.ts'
import { tool } from './tool.ts'
import { pnpmVersion, publicPackages } from './workspace.ts'

/** Every public package, published to a registry of its own, and a stranger who knows that registry. */
export interface Stage {
  readonly stranger: Stranger
  readonly packages: readonly PublicPackage[]
  /** Ends the registry and removes every file. */
  close(): Promise<void>
}

/** Takes everything down again where it fails. */
export async function openStage(): Promise<Stage> {
  const packages = publicPackages()
  const pnpm = join(await tool('pnpm', pnpmVersion()), 'pnpm')
  const folder = await mkdtemp(join(tmpdir(), 'amphora-rehearsal-'))
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeAtExit)

  const names = packages.map(({ name }) => name)
  const registry = await startLocalRegistry(folder, names)
  const close = async (): Promise<void> => {
    await registry.close()
    await rm(folder, { recursive: true, force: true })
    process.off('exit', removeAtExit)
  }
  try {
    const stranger = { folder, registryUrl: registry.url, pnpm }
    await writeFile(configurationPath(stranger), strangerConfiguration(registry.url))
    await publishAll(stranger)
    return { stranger, packages, close }
  } catch (error) {
    await close()
    throw error
  }
}
