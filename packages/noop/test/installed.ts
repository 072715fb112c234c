import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HERE = dirname(import.meta.dirname)
const CORE = dirname(createRequire(import.meta.url).resolve('@amphora/core/package.json'))

/** A folder in which both packages are installed as their users have them: compiled, and found by name. */
export interface Installed {
  readonly folder: string
  /** Compiles TypeScript in the folder, as a user would. Rejects with what the compiler says. */
  readonly compile: (files: Readonly<Record<string, string>>) => Promise<void>
  /** What a script of the folder prints. */
  readonly node: (script: string, ...args: readonly string[]) => Promise<string>
  readonly remove: () => Promise<void>
}

export async function install(): Promise<Installed> {
  await mkdir(join(HERE, 'test-results'), { recursive: true })
  const folder = await mkdtemp(join(HERE, 'test-results', 'installed-'))
  for (const root of [CORE, HERE]) await add(folder, root)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    folder,
    compile: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      await tsc(folder, { isolatedDeclarations: false, declaration: false, declarationMap: false }, Object.keys(files))
    },
    node: async (script, ...args) => (await run(process.execPath, [join(folder, script), ...args])).stdout,
    remove: () => rm(folder, { recursive: true }),
  }
}

/**
 * Compiles a copy of the sources where its imports find what is installed, not the workspace. Whether the types are
 * right is for the package's own check.
 */
async function add(folder: string, root: string): Promise<void> {
  const manifest: { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const target = join(folder, 'node_modules', manifest.name)
  const stage = join(folder, 'stage', manifest.name)
  await cp(join(root, 'src'), join(stage, 'src'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
  await mkdir(target, { recursive: true })
  for (const place of [stage, target]) await cp(join(root, 'package.json'), join(place, 'package.json'))
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const link = join(folder, 'node_modules', name)
    await symlink(join(root, 'node_modules', name), link)
  }
  await tsc(stage, { noCheck: true, rootDir: 'src', outDir: join(target, 'dist') }, ['src'])
}

async function tsc(folder: string, compilerOptions: object, include: readonly string[]): Promise<void> {
  const config = { extends: join(HERE, '..', '..', 'tsconfig.base.json'), compilerOptions, include }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  try {
    await run(join(HERE, 'node_modules', '.bin', 'tsc'), ['-p', folder])
  } catch (error) {
    throw new Error(`tsc failed: ${String(Object.getOwnPropertyDescriptor(error, 'stdout')?.value)}`, { cause: error })
  }
}
