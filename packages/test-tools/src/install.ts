import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HERE = dirname(import.meta.dirname)

export interface InstallOptions {
  /** The folder of the package. */
  readonly root: string
  /** The packages of the workspace that it needs, by name; it must be able to find their `package.json`. */
  readonly neighbours?: readonly string[]
}

/** A folder in which a package and its neighbours are installed as their users have them: compiled, and found by name. */
export interface Installed {
  readonly folder: string
  /** Compiles TypeScript in the folder, as a user would. Rejects with what the compiler says. */
  readonly compile: (files: Readonly<Record<string, string>>) => Promise<void>
  /** What a script of the folder prints. */
  readonly node: (script: string, ...args: readonly string[]) => Promise<string>
  /**
   * The lines that a module prints which stands in the folder. Between them is `loaded axios` where `axios`, one of
   * those watched, was loaded, and again where more of it was loaded after something else.
   */
  readonly watch: (module: string, watched: readonly string[]) => Promise<readonly string[]>
  readonly remove: () => Promise<void>
}

export async function install({ root, neighbours = [] }: InstallOptions): Promise<Installed> {
  await mkdir(join(root, 'test-results'), { recursive: true })
  const folder = await mkdtemp(join(root, 'test-results', 'installed-'))
  const require = createRequire(join(root, 'package.json'))
  const roots = [...neighbours.map((name) => dirname(require.resolve(`${name}/package.json`))), root]
  for (const one of roots) await add(folder, one, neighbours)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const node = async (...args: readonly string[]): Promise<string> =>
    (await run(process.execPath, args, { cwd: folder })).stdout
  return {
    folder,
    compile: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      await tsc(folder, { isolatedDeclarations: false, declaration: false, declarationMap: false }, Object.keys(files))
    },
    node,
    watch: async (module, watched) => {
      await writeFile(join(folder, 'hooks.js'), hooks(watched))
      await writeFile(
        join(folder, 'watch.js'),
        "import { register } from 'node:module'\nregister('./hooks.js', import.meta.url)",
      )
      await writeFile(join(folder, 'script.js'), module)
      const lines = (await node('--import', './watch.js', 'script.js')).split('\n').filter((line) => line !== '')
      return lines.filter((line, at) => !line.startsWith('loaded ') || line !== lines[at - 1])
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

const hooks = (watched: readonly string[]): string => `
  import { writeSync } from 'node:fs'
  export async function load(url, context, next) {
    const found = ${JSON.stringify(watched)}.find((name) => url.includes('/node_modules/' + name + '/'))
    if (found !== undefined) writeSync(1, 'loaded ' + found + '\\n')
    return next(url, context)
  }
`

/**
 * Compiles a copy of the sources where its imports find what is installed, not the workspace. Whether the types are
 * right is for the package's own check.
 */
async function add(folder: string, root: string, neighbours: readonly string[]): Promise<void> {
  const manifest: { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const modules = join(folder, 'node_modules')
  const target = join(modules, manifest.name)
  const stage = join(folder, 'stage', manifest.name)
  await cp(join(root, 'src'), join(stage, 'src'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
  await mkdir(target, { recursive: true })
  for (const place of [stage, target]) await cp(join(root, 'package.json'), join(place, 'package.json'))
  for (const name of Object.keys(manifest.dependencies ?? {}).filter((one) => !neighbours.includes(one))) {
    const link = join(modules, name)
    await mkdir(dirname(link), { recursive: true })
    if (!existsSync(link)) await symlink(join(root, 'node_modules', name), link)
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
