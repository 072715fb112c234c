import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPackage, type CreatedPackage, type PackageOptions } from '../src/create-package.ts'

const run = promisify(execFile)
const OWN_MODULES = join(import.meta.dirname, '..', 'node_modules')

/** A generated package that finds what this one has installed, core and the kit as sources. */
export interface Rendered extends CreatedPackage {
  /** What a tool of the package says. Rejects with it where the tool does not end with 0. */
  readonly tool: (name: string, ...args: readonly string[]) => Promise<string>
  readonly remove: () => Promise<void>
}

export async function rendered(options: PackageOptions): Promise<Rendered> {
  const home = await mkdtemp(join(tmpdir(), 'create-driver-'))
  const created = await createPackage({ ...options, dir: join(home, 'package') })
  const { folder } = created
  await symlink(OWN_MODULES, join(folder, 'node_modules'))
  const conditions = "{ ssr: { resolve: { conditions: ['@amphora/source'] } } }"
  await writeFile(join(folder, 'sources.config.mjs'), `export default ${conditions}\n`)
  return {
    ...created,
    tool: async (name, ...args) => {
      try {
        return (await run(join(OWN_MODULES, '.bin', name), args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout
      } catch (error) {
        const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string }
        throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error })
      }
    },
    remove: () => rm(home, { recursive: true }),
  }
}
