import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { importTimes } from './import-time.ts'
import { installFolder } from './install.ts'
import type { PublicPackage } from './public-package.ts'
import type { Stranger } from './stranger.ts'

/** What it costs to install a package with what it wants beside it, and to import it. */
export interface Weight {
  readonly name: string
  /** Installed packages, itself included. */
  readonly packages: number
  /** The sum of the sizes of all installed files. */
  readonly mebibytes: number
  /** Milliseconds that the first entry takes in a fresh process; `undefined` where nothing can be imported. */
  readonly importMs: number | undefined
}

/** Weighs what npm has installed for each package. Nothing else should run meanwhile. */
export async function weighAll(stranger: Stranger, packages: readonly PublicPackage[]): Promise<readonly Weight[]> {
  const folderOf = ({ name }: PublicPackage): string => installFolder(stranger, 'npm', name)
  const importable = packages.flatMap((each) =>
    each.entries[0] === undefined ? [] : [[each, each.entries[0]] as const],
  )
  const times = await importTimes(importable.map(([each, entry]) => ({ folder: folderOf(each), entry })))
  const timeOf = new Map(importable.map(([{ name }], index) => [name, times[index]]))
  return Promise.all(
    packages.map(async (each) => ({
      name: each.name,
      packages: await countPackages(folderOf(each)),
      mebibytes: (await bytesBelow(join(folderOf(each), 'node_modules'))) / 2 ** 20,
      importMs: timeOf.get(each.name),
    })),
  )
}

/** npm notes there what it has installed. */
async function countPackages(folder: string): Promise<number> {
  const noted: unknown = JSON.parse(await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8'))
  return Object.keys(v.parse(v.object({ packages: v.record(v.string(), v.unknown()) }), noted).packages).length
}

async function bytesBelow(folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((each) => each.isFile() && each.name !== '.package-lock.json')
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size))
  return sizes.reduce((total, size) => total + size, 0)
}
