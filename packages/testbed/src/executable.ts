import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { TestbedError } from './testbed-error.ts'

/** Where an executable lies; rejects when it is nowhere. */
export async function executablePath(name: string): Promise<string> {
  const path = await findExecutable(name)
  if (path !== undefined) return path
  throw new TestbedError(`no executable ${name} on the PATH or in a system folder: install it`)
}

/** Where an executable lies, system folders included, which a plain user's PATH may lack; `undefined` when nowhere. */
export async function findExecutable(name: string): Promise<string | undefined> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ]
  for (const folder of folders.filter((one) => one !== '')) {
    const path = join(folder, name)
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (usable) return path
  }
  return undefined
}
