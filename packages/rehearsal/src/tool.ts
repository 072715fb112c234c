import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { cacheFolder } from './workspace.ts'

/**
 * The folder of a package from the registry that npm is configured with, kept from one rehearsal to the next. Any number
 * of processes may ask at once: it is made aside and then put in its place.
 */
export async function tool(name: string, version: string): Promise<string> {
  const place = join(cacheFolder, `${name}-${version}`)
  const folder = join(place, 'node_modules', name)
  if (existsSync(folder)) return folder

  await mkdir(cacheFolder, { recursive: true })
  const aside = await mkdtemp(join(cacheFolder, 'making-'))
  try {
    await writeFile(join(aside, 'package.json'), '{ "private": true }')
    await execa('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
      cwd: aside,
    })
    await rename(aside, place).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}
