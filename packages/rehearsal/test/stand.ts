import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { installFolder, type Client } from '../src/install.ts'
import { runProbe } from '../src/probe.ts'
import type { NodeLine } from '../src/nodes.ts'
import type { PublicPackage } from '../src/public-package.ts'
import { strangerEnvironment } from '../src/stranger.ts'

/** A package that a client has installed, with the Node that will use it. */
export interface Stand {
  /** Runs a probe that stands in the folder. */
  run(probe: string, input?: unknown): Promise<unknown>
  /** Runs a command of the package, and gives what it prints. Rejects where it does not end with 0. */
  runCommand(file: string, ...given: readonly string[]): Promise<string>
}

export function standOf({ name }: PublicPackage, client: Client, line: NodeLine): Stand {
  const { stranger, nodes } = inject('rehearsal')
  const folder = installFolder(stranger, client, name)
  return {
    run: (probe: string, input?: unknown): Promise<unknown> =>
      runProbe({ stranger, node: nodes[line], folder }, probe, input),
    runCommand: async (file: string, ...given: readonly string[]): Promise<string> => {
      const options = { cwd: folder, env: strangerEnvironment(stranger), extendEnv: false, timeout: 60_000 }
      return (await execa(nodes[line], [join(folder, 'node_modules', name, file), ...given], options)).stdout
    },
  }
}
