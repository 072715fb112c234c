import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { TestbedError } from '../testbed-error.ts'
import { findExecutable } from './executable.ts'

/** Installs what dockerd needs to run, unless it is there already from whatever source. Says whether it did. */
export async function ensureEngineInstalled(log: (line: string) => void): Promise<boolean> {
  const needed = ['dockerd', 'containerd', 'runc', 'iptables']
  const paths = await Promise.all(needed.map((name) => findExecutable(name)))
  if (paths.every((path) => path !== undefined)) return false
  await install(['docker.io', 'containerd', 'runc', 'iptables'], log)
  return true
}

/** Installs the Debian packages of this list that are absent. */
export async function ensurePackages(names: readonly string[], log: (line: string) => void): Promise<void> {
  const installed = await Promise.all(names.map((name) => isInstalled(name)))
  const missing = names.filter((_, index) => installed[index] !== true)
  if (missing.length > 0) await install(missing, log)
}

/** Whether this `/etc/os-release` is Debian's or that of a system made from it. */
export function isDebian(osRelease: string): boolean {
  const values = [...osRelease.matchAll(/^ID(?:_LIKE)?=["']?(.*?)["']?$/gm)].map((match) => match[1] ?? '')
  return values.some((value) => value.split(' ').includes('debian'))
}

async function isInstalled(name: string): Promise<boolean> {
  // `reject: false` also answers a system without dpkg, where nothing is installed.
  const { stdout } = await execa('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { reject: false })
  return stdout === 'installed'
}

async function install(names: readonly string[], log: (line: string) => void): Promise<void> {
  const list = names.join(' ')
  if (!isDebian(await readFile('/etc/os-release', 'utf8').catch(() => ''))) {
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

/** Runs apt-get, waiting up to ten minutes for another one to end. `undefined` on success, else why it failed. */
async function aptGet(command: readonly string[]): Promise<string | undefined> {
  const result = await execa('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=600', ...command], {
    reject: false,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (!result.failed) return undefined
  return result.stderr.trimEnd().split('\n').at(-1) || result.shortMessage
}
