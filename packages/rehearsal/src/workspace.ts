import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { publicPackage, type PublicPackage } from './public-package.ts'

/** The folder of the repository, seen from `src` and from `dist` alike. */
export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/** Where tools are kept from one rehearsal to the next. */
export const cacheFolder: string = join(root, 'packages/rehearsal/node_modules/.cache')

/**
 * Every package of the workspace that a release would publish, in alphabetical order.
 *
 * @throws {Error} where one is not built yet.
 */
export function publicPackages(): readonly PublicPackage[] {
  const folders = readdirSync(join(root, 'packages')).map((folder) => join(root, 'packages', folder))
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .flatMap((folder) => {
      const found = publicPackage(readJson(join(folder, 'package.json')))
      if (found === undefined) return []
      if (existsSync(join(folder, 'dist'))) return [found]
      throw new Error(
        `${found.name} cannot be published: there is no ${folder}/dist; run the build of everything first`,
      )
    })
    .toSorted((one, other) => one.name.localeCompare(other.name))
}

/** The version of pnpm with which the repository works. */
export function pnpmVersion(): string {
  const { packageManager } = v.parse(v.object({ packageManager: v.string() }), readJson(join(root, 'package.json')))
  return packageManager.replace(/^pnpm@/, '')
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
