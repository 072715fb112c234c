import { spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  identifyProcess,
  pidsNamed,
  type ProcessIdentity,
  signalProcess,
  stillRuns,
  waitUntilGone,
} from '../process-identity.ts'
import { TestbedError } from '../testbed-error.ts'
import { type DaemonRecord, readRecord, removeRecord, writeRecord } from './daemon-record.ts'
import { engineAt } from './engine.ts'
import { executablePath } from '../executable.ts'
import {
  containerdPidFile,
  daemonPidFile,
  endOrphanedShims,
  processOfPidFile,
  removeStalePidFile,
} from './leftovers.ts'

const daemonLog = '/var/log/amphora-testbed/dockerd.log'

export interface StartOptions {
  readonly socketPath: string
  /** Hears each thing done, one line each. */
  readonly log: (line: string) => void
  /** What becomes of the shims a killed daemon left. Default `end`. */
  readonly shims?: 'end' | 'keep'
}

/**
 * Starts dockerd, detached, and resolves when it answers. Clears away first what a killed daemon left behind. Rejects
 * when any dockerd runs already: a second one would take the first one's bridge and containers away.
 */
export async function startDaemon(options: StartOptions): Promise<DaemonRecord> {
  const { socketPath, log, shims = 'end' } = options
  if (process.getuid?.() !== 0) throw new TestbedError('cannot start dockerd: it needs root. Run this as root')
  await refuseBesideAnother(socketPath)
  for (const [path, name] of [[daemonPidFile, 'dockerd'] as const, [containerdPidFile, 'containerd'] as const]) {
    if (await removeStalePidFile(path, name)) log(`removed the stale pid file ${path}`)
  }
  const ended = shims === 'end' ? await endOrphanedShims() : 0
  if (ended > 0) log(`ended ${ended} containerd shims that a killed daemon had left`)
  const daemon = await spawnDaemon(socketPath)
  const record = { process: daemon, socketPath, startedAt: new Date().toISOString() }
  await writeRecord(record)
  await waitUntilAnswering(record)
  log(`started dockerd, pid ${daemon.pid}, log ${daemonLog}`)
  return record
}

/** The daemon that the testbed started at this socket, while it runs. */
export async function ownDaemon(socketPath: string): Promise<DaemonRecord | undefined> {
  const record = await readRecord()
  if (record?.socketPath !== socketPath) return undefined
  return (await stillRuns(record.process)) ? record : undefined
}

/** Stops a daemon in order (its containers first, each with its grace period) and forgets it. */
export async function stopDaemon(record: DaemonRecord): Promise<void> {
  await endDaemon(record, 'SIGTERM', 60_000)
  await removeRecord()
}

/** Ends a daemon at once, as a crash would: containers run on, and its socket and pid files stay. */
export async function killDaemon(record: DaemonRecord): Promise<void> {
  await endDaemon(record, 'SIGKILL', 10_000)
}

async function endDaemon(record: DaemonRecord, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  const { pid } = record.process
  const containerd = await processOfPidFile(containerdPidFile)
  await signalProcess(record.process, signal)
  for (const one of [record.process, containerd]) {
    if (one === undefined || (await waitUntilGone(one, timeoutMs))) continue
    throw new TestbedError(
      `dockerd (pid ${pid}) must end within ${timeoutMs / 1000} s of ${signal}, but process ${one.pid} still runs: see ${daemonLog}`,
    )
  }
}

async function refuseBesideAnother(socketPath: string): Promise<void> {
  const [pid] = await pidsNamed('dockerd')
  if (pid === undefined) return
  throw new TestbedError(
    `cannot start dockerd: one machine runs one daemon, and dockerd runs already (pid ${pid}) without answering at ` +
      `${socketPath}. Set DOCKER_HOST to its socket, or end it`,
  )
}

async function spawnDaemon(socketPath: string): Promise<ProcessIdentity> {
  await mkdir(dirname(daemonLog), { recursive: true })
  const output = await open(daemonLog, 'a')
  try {
    const child = spawn(
      await executablePath('dockerd'),
      [`--host=unix://${socketPath}`, `--pidfile=${daemonPidFile}`],
      {
        cwd: '/',
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      },
    )
    child.on('error', () => undefined) // a failed start has no pid, which says it below
    child.unref()
    const identity = child.pid === undefined ? undefined : await identifyProcess(child.pid)
    if (identity === undefined) throw await didNotStart(socketPath)
    return identity
  } finally {
    await output.close()
  }
}

async function waitUntilAnswering({ process: daemon, socketPath }: DaemonRecord): Promise<void> {
  const end = Date.now() + 60_000
  while ((await engineAt(socketPath)) === undefined) {
    if (Date.now() >= end || !(await stillRuns(daemon))) throw await didNotStart(socketPath)
    await sleep(50)
  }
}

async function didNotStart(socketPath: string): Promise<TestbedError> {
  const lines = (await readFile(daemonLog, 'utf8').catch(() => '')).trimEnd().split('\n')
  return new TestbedError(
    `dockerd must answer at ${socketPath} within 60 s and did not. Its log ${daemonLog} ends with: ${lines.at(-1)}`,
  )
}
