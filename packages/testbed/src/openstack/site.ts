import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TestbedError } from '../testbed-error.ts'

/** Where one OpenStack lives and what opens it. */
export interface Site {
  /** Everything that the testbed writes lies in it: configuration, databases, logs, what runs. */
  readonly folder: string
  /** Of every user. Made once and kept in the folder, so that it is nobody's guess and can be searched for in logs. */
  readonly password: string
}

/** The folder: `openstack` in `AMPHORA_TESTBED_HOME`, which is `/var/lib/amphora-testbed` unless it is set. */
export function siteFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['AMPHORA_TESTBED_HOME'] || '/var/lib/amphora-testbed'
  // Configuration files, command lines and addresses of databases quote it without escaping.
  if (/^\/[\w./-]+$/.test(home)) return join(home, 'openstack')
  throw new TestbedError(
    `AMPHORA_TESTBED_HOME must be an absolute path of letters, digits and ._/-, found ${JSON.stringify(home)}`,
  )
}

/** The site in its folder; makes folder and password when they are missing. */
export async function openSite(folder: string = siteFolder()): Promise<Site> {
  const known = await knownSite(folder)
  if (known !== undefined) return known
  const password = randomBytes(18).toString('base64url')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, 'password'), password, { mode: 0o600 })
  } catch (cause) {
    throw new TestbedError(
      `cannot write ${folder}: run this as root, or set AMPHORA_TESTBED_HOME to a folder of yours`,
      { cause },
    )
  }
  return { folder, password }
}

/** The site in its folder, if there is one that this user may read. */
export async function knownSite(folder: string = siteFolder()): Promise<Site | undefined> {
  const password = await readFile(join(folder, 'password'), 'utf8').catch(() => '')
  return password === '' ? undefined : { folder, password }
}

/** Writes a file of the site unless it holds this text already. */
export async function putFile(site: Site, path: string, text: string, mode = 0o600): Promise<void> {
  const target = join(site.folder, path)
  if ((await readFile(target, 'utf8').catch(() => undefined)) === text) return
  await mkdir(dirname(target), { recursive: true })
  await writeFile(`${target}.new`, text, { mode })
  await rename(`${target}.new`, target)
}
