import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { findExecutable } from './executable.ts'
import { TestbedError } from './testbed-error.ts'

/** Installs the Debian packages of this list that are absent. `log` hears which, in one line. */
export async function ensurePackages(
  names: readonly string[],
  log: (line: string) => void = () => undefined,
): Promise<void> {
  const installed = await installedPackages(names)
  const missing = names.filter((name) => !installed.has(name))
  if (missing.length > 0) await installPackages(missing, log)
}

/** Installs these Debian packages. Root only. */
export async function installPackages(names: readonly string[], log: (line: string) => void): Promise<void> {
  const list = names.join(' ')
  if (!(await runsDebian())) {
    throw new TestbedError(`cannot install ${list}: only Debian's apt-get is supported. Install these yourself`)
  }
  if (process.getuid?.() !== 0) throw new TestbedError(`cannot install ${list}: apt-get needs root. Run this as root`)
  const installation = ['install', '-y', '--no-install-recommends', ...names]
  const first = await aptGet(installation)
  if (first !== undefined) {
    // The package lists are absent or out of date on a fresh machine.
    const failure = (await aptGet(['update'])) ?? (await aptGet(installation))
    if (failure !== undefined) throw new TestbedError(`apt-get could not install ${list}: ${failure}`)
  }
  log(`installed ${list}`)
}

/**
 * Downloads a package without installing it, and gives back its path: the one that a package of no content depends on,
 * whose name carries a version.
 */
export async function downloadPackage(metapackage: string, pattern: RegExp, folder: string): Promise<string> {
  const known = async () => {
    const { stdout } = await execa('apt-cache', ['depends', '--important', metapackage], { reject: false })
    return stdout.split(/\s+/).find((word) => pattern.test(word))
  }
  const name = (await known()) ?? ((await aptGet(['update'])) === undefined ? await known() : undefined)
  if (name === undefined) throw new TestbedError(`apt-get knows no package that ${metapackage} stands for`)
  const failure = await aptGet(['download', name], folder)
  const file = (await readdir(folder)).find((one) => one.startsWith(`${name}_`))
  if (failure === undefined && file !== undefined) return join(folder, file)
  throw new TestbedError(`apt-get could not download ${name}: ${failure ?? 'it left no file'}`)
}

/** Whether this machine runs Debian or a system made from it. */
async function runsDebian(): Promise<boolean> {
  return isDebian(await readFile('/etc/os-release', 'utf8').catch(() => ''))
}

/** Whether this `/etc/os-release` is Debian's or that of a system made from it. */
export function isDebian(osRelease: string): boolean {
  const values = [...osRelease.matchAll(/^ID(?:_LIKE)?=["']?(.*?)["']?$/gm)].map((match) => match[1] ?? '')
  return values.some((value) => value.split(' ').includes('debian'))
}

/** Those of the packages that are installed. */
async function installedPackages(names: readonly string[]): Promise<ReadonlySet<string>> {
  if ((await findExecutable('dpkg-query')) === undefined) return new Set()
  // `reject: false`: it fails when one is unknown, and answers for the others.
  const format = '${db:Status-Status} ${Package}\n'
  const { stdout } = await execa('dpkg-query', ['-W', '-f', format, ...names], { reject: false })
  return new Set([...stdout.matchAll(/^installed (\S+)$/gm)].map((match) => match[1] ?? ''))
}

/** Runs apt-get, waiting up to ten minutes for another one to end. `undefined` on success, else why it failed. */
async function aptGet(command: readonly string[], folder = '/'): Promise<string | undefined> {
  const result = await execa('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=600', ...command], {
    reject: false,
    cwd: folder,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (!result.failed) return undefined
  return result.stderr.trimEnd().split('\n').at(-1) || result.shortMessage
}
