import { readFile, rm } from 'node:fs/promises'
import { identifyProcess, pidsNamed, type ProcessIdentity, signalProcess, waitUntilGone } from '../process-identity.ts'

/** The engine's own pid file. The testbed uses it too, so that any two daemons exclude each other. */
export const daemonPidFile = '/var/run/docker.pid'
/** Where the daemon notes the containerd that it runs as its child. */
export const containerdPidFile = '/var/run/docker/containerd/containerd.pid'

const containerdSocket = '/var/run/docker/containerd/containerd.sock'

/**
 * Removes a pid file that names no running process of this name, and says whether it did. Only safe while no daemon
 * starts. dockerd believes a file whose pid exists in `/proc`, be it a recycled pid or a zombie that init has not
 * reaped: it then refuses to start, and for containerd it waits 15 s for a dead one and gives up.
 */
export async function removeStalePidFile(path: string, processName: string): Promise<boolean> {
  const pid = await readPidFile(path)
  if (pid === undefined || (await pidsNamed(processName)).includes(pid)) return false
  await rm(path, { force: true })
  return true
}

/** The process that a pid file names, while it runs. */
export async function processOfPidFile(path: string): Promise<ProcessIdentity | undefined> {
  const pid = await readPidFile(path)
  return pid === undefined ? undefined : identifyProcess(pid)
}

/**
 * Ends the containerd shims that a dead daemon left, and says how many. Each holds one container. A container whose
 * start was cut off could never be started again while its shim lives: the engine would answer 500 `task ...: already
 * exists` or `id already in use`. What runs inside is ended by the next daemon when it finds the shim gone.
 */
export async function endOrphanedShims(): Promise<number> {
  const ended = await Promise.all((await pidsNamed('containerd-shim')).map((pid) => endShim(pid)))
  return ended.filter(Boolean).length
}

/** Whether this command line is that of a shim which serves the daemon's own containerd, and not somebody else's. */
export function isDaemonsShim(commandLine: readonly string[]): boolean {
  const address = commandLine[commandLine.indexOf('-address') + 1]
  return commandLine.includes('-address') && address?.replace(/^\/run\//, '/var/run/') === containerdSocket
}

async function endShim(pid: number): Promise<boolean> {
  const shim = await identifyProcess(pid)
  if (shim === undefined || !isDaemonsShim(await commandLineOf(pid))) return false
  return (await signalProcess(shim, 'SIGKILL')) && (await waitUntilGone(shim, 5000))
}

async function commandLineOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return text.split('\0')
}

async function readPidFile(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^\d+\s*$/.test(text) ? Number(text) : undefined
}
