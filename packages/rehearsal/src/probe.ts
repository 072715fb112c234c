import { join } from 'node:path'
import { execa } from 'execa'
import { strangerEnvironment, type Stranger } from './stranger.ts'
import { root } from './workspace.ts'

/** The programs that strangers run, for any of the Nodes. */
export const probesFolder: string = join(root, 'packages/rehearsal/probes')

/**
 * Runs a program that stands in a folder, and reads the JSON that it prints.
 *
 * @throws {Error} with all that it printed, where it does not end with 0.
 */
export async function runProbe(
  { stranger, node, folder }: { readonly stranger: Stranger; readonly node: string; readonly folder: string },
  program: string,
  input?: unknown,
): Promise<unknown> {
  const given = input === undefined ? [] : [JSON.stringify(input)]
  const result = await execa(node, [program, ...given], {
    cwd: folder,
    env: strangerEnvironment(stranger),
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  })
  if (!result.failed) return JSON.parse(result.stdout)
  const end = result.exitCode ?? result.signal ?? result.message
  throw new Error(`${node} ${program} in ${folder} ended with ${end}:\n${result.stdout}\n${result.stderr}`)
}
