import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HERE = dirname(import.meta.dirname)
const require = createRequire(import.meta.url)
const NEIGHBOURS = ['@amphora/core', '@amphora/http', '@amphora/openstack'].map((name) =>
  dirname(require.resolve(`${name}/package.json`)),
)

/** A folder in which this package and what it needs is installed as its users have it: compiled, and found by name. */
export interface Installed {
  /** What a module prints that stands in the folder, and between it, when it is loaded, each of these packages. */
  readonly node: (script: string, watched: readonly string[]) => Promise<readonly string[]>
  readonly remove: () => Promise<void>
}

export async function install(): Promise<Installed> {
  await mkdir(join(HERE, 'test-results'), { recursive: true })
  const folder = await mkdtemp(join(HERE, 'test-results', 'installed-'))
  for (const root of [...NEIGHBOURS, HERE]) await add(folder, root)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    node: async (script, watched) => {
      await writeFile(join(folder, 'hooks.js'), hooks(watched))
      await writeFile(
        join(folder, 'watch.js'),
        "import { register } from 'node:module'\nregister('./hooks.js', import.meta.url)",
      )
      await writeFile(join(folder, 'script.js'), script)
      const { stdout } = await run(process.execPath, ['--import', './watch.js', 'script.js'], { cwd: folder })
      const lines = stdout.split('\n').filter((line) => line !== '')
      return lines.filter((line, at) => !line.startsWith('loaded ') || lines.indexOf(line) === at)
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

/** Compiles a copy of the sources where its imports find what is installed, not the workspace. */
async function add(folder: string, root: string): Promise<void> {
  const manifest: { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const target = join(folder, 'node_modules', manifest.name)
  await mkdir(target, { recursive: true })
  await cp(join(root, 'package.json'), join(target, 'package.json'))
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const link = join(folder, 'node_modules', name)
    if (!name.startsWith('@amphora/') && !existsSync(link)) await symlink(join(root, 'node_modules', name), link)
  }
  const config = {
    extends: join(HERE, '..', '..', 'tsconfig.base.json'),
    compilerOptions: {
      noCheck: true,
      rootDir: join(root, 'src'),
      outDir: join(target, 'dist'),
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
    },
    include: [join(root, 'src')],
    exclude: [join(root, 'src', '**', '*.test.ts')],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await run(join(HERE, 'node_modules', '.bin', 'tsc'), ['-p', folder])
}
