import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's own folder of what has to be Python: the same from `src` and from `dist`. */
const source = fileURLToPath(new URL('../../openstack/', import.meta.url))

/** Path and text of each file. */
export async function pythonFiles(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length))
    .sort()
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(source, path), 'utf8')] as const)),
  )
}
