import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AmphoraType } from './amphora-type.ts'
import { nameProblem, namesOf, scopeProblem } from './name.ts'
import { render } from './render.ts'

/** Which package is to be made, and where. */
export interface PackageOptions {
  /** The driver's name: `acme`. */
  readonly name: string
  /** What it builds first. Default `VM`. */
  readonly type?: AmphoraType
  /** The npm scope, with its `@`. */
  readonly scope?: string | undefined
  /** Default: `amphora-driver-<name>` in the current folder. */
  readonly dir?: string | undefined
}

/** What was written. */
export interface CreatedPackage {
  /** The npm name. */
  readonly name: string
  /** Absolute. */
  readonly folder: string
  /** Relative to the folder, in alphabetical order. */
  readonly files: readonly string[]
  /** How many places are marked `// here`. */
  readonly marks: number
}

/** The folder is not empty, so nothing was written. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
}

/**
 * Writes a complete driver package into a folder that is empty or does not exist.
 *
 * @throws {RangeError} where the name or the scope is refused.
 * @throws {FolderInUseError} where the folder holds anything, or is none.
 */
export async function createPackage(options: PackageOptions): Promise<CreatedPackage> {
  const { name, type = 'VM', scope } = options
  const problem = nameProblem(name) ?? scopeProblem(scope)
  if (problem !== undefined) throw new RangeError(problem)

  const names = namesOf(name, scope)
  const folder = resolve(options.dir ?? `amphora-driver-${name}`)
  await demandEmpty(folder)
  const rendered = (await templateFiles()).map(({ path, text }) => ({
    path: render(published(path), { names, type }),
    text: render(text, { names, type }),
  }))
  for (const { path, text } of rendered) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // Somebody may have put a file there meanwhile; it is theirs.
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }
  const marks = rendered.reduce((sum, { path, text }) => sum + (path.endsWith('.ts') ? marksIn(text).length : 0), 0)
  return { name: names.package, folder, files: rendered.map(({ path }) => path).sort(), marks }
}

/** What stands behind each `// here: ` of a text. */
export function marksIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*\/\/ here: (.+)$/gm)].map(([, what = '']) => what)
}

/** Seen from `src` and from `dist` alike. */
const TEMPLATE: string = fileURLToPath(new URL('../template', import.meta.url))

/** Every file of the template, by its path below it. */
export async function templateFiles(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const found = await readdir(TEMPLATE, { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(TEMPLATE, join(entry.parentPath, entry.name)))
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(TEMPLATE, path), 'utf8') })))
}

/**
 * What stands under another name in the template: npm leaves a `.gitignore` out of what it publishes, and takes a second
 * `package.json` for one of its own.
 */
const STAND_INS: Readonly<Record<string, string>> = { _gitignore: '.gitignore', '_package.json': 'package.json' }

function published(path: string): string {
  return STAND_INS[path] ?? path
}

async function demandEmpty(folder: string): Promise<void> {
  let found: readonly string[]
  try {
    found = await readdir(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR') throw new FolderInUseError(`${folder} is not a folder; name another one with --dir`)
    throw error
  }
  if (found.length === 0) return
  throw new FolderInUseError(`${folder} is not empty, so nothing was written; empty it or name another one with --dir`)
}
