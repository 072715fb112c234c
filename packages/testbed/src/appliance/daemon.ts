import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { processIdentity } from '../identity-record.ts'
import { identifyProcess, type ProcessIdentity, signalProcess, stillRuns, waitUntilGone } from '../process-identity.ts'
import { TestbedError } from '../testbed-error.ts'
import { applianceAddresses } from './addresses.ts'
import { putApplianceFile, type ApplianceSite } from './site.ts'

export type DaemonName = 'caddy' | 'snmpd'

/** A daemon of the appliances, and how it is started. */
export interface Daemon {
  readonly name: DaemonName
  readonly port: { readonly kind: 'tcp' | 'udp'; readonly number: number }
  readonly command: readonly [program: string, ...parameters: string[]]
  readonly environment: Readonly<Record<string, string>>
  readonly answers: () => Promise<boolean>
}

const RecordText = v.pipe(v.string(), v.parseJson(), v.object({ process: processIdentity }))

/** Sees to it that a daemon runs and answers. Rejects where somebody else has taken its port. */
export async function ensureDaemon(site: ApplianceSite, daemon: Daemon, log: (line: string) => void): Promise<void> {
  const running = await runningDaemon(site, daemon.name)
  if (running !== undefined) return waitUntilAnswering(site, daemon, running)
  await refuseTakenPort(daemon)
  const started = await spawnDaemon(site, daemon)
  await putApplianceFile(site, `run/${daemon.name}.json`, `${JSON.stringify({ process: started })}\n`)
  await waitUntilAnswering(site, daemon, started)
  log(`started ${daemon.name}, pid ${started.pid}, log ${logOf(site, daemon.name)}`)
}

/** Ends the daemon of this name if the testbed started it. Gives back the process that was ended. */
export async function endDaemon(
  site: ApplianceSite,
  name: DaemonName,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<ProcessIdentity | undefined> {
  const running = await runningDaemon(site, name)
  if (running !== undefined) {
    await signalProcess(running, signal)
    if (!(await waitUntilGone(running, 10_000))) {
      throw new TestbedError(
        `${name} (pid ${running.pid}) must end within 10 s of ${signal} and did not: see ${logOf(site, name)}`,
      )
    }
  }
  await rm(recordOf(site, name), { force: true })
  return running
}

/** The process of this name that the testbed started, while it runs. */
export async function runningDaemon(site: ApplianceSite, name: DaemonName): Promise<ProcessIdentity | undefined> {
  const record = v.safeParse(RecordText, await readFile(recordOf(site, name), 'utf8').catch(() => undefined))
  if (!record.success) return undefined
  return (await stillRuns(record.output.process)) ? record.output.process : undefined
}

async function spawnDaemon(site: ApplianceSite, daemon: Daemon): Promise<ProcessIdentity> {
  const { command, environment, name } = daemon
  const [program, ...parameters] = command
  await mkdir(join(site.folder, 'log'), { recursive: true, mode: 0o700 })
  const output = await open(logOf(site, name), 'a', 0o600)
  try {
    const child = spawn(program, parameters, {
      cwd: site.folder,
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', output.fd, output.fd],
    })
    child.on('error', () => undefined) // a failed start has no pid, which says it below
    child.unref()
    const identity = child.pid === undefined ? undefined : await identifyProcess(child.pid)
    if (identity === undefined) throw await didNotStart(site, daemon)
    return identity
  } finally {
    await output.close()
  }
}

async function waitUntilAnswering(site: ApplianceSite, daemon: Daemon, running: ProcessIdentity): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await daemon.answers())) {
    if (Date.now() >= end || !(await stillRuns(running))) throw await didNotStart(site, daemon)
    await sleep(50)
  }
}

async function refuseTakenPort({ name, port: { kind, number } }: Daemon): Promise<void> {
  if (await isFree(kind, number)) return
  throw new TestbedError(
    `cannot start ${name}: it listens on ${kind} port ${number}, which another process has taken. End that one, or the ` +
      'other testbed with the AMPHORA_TESTBED_HOME that started it',
  )
}

/** Whether a port of 127.0.0.1 can be had. */
export function isFree(kind: 'tcp' | 'udp', port: number): Promise<boolean> {
  const { host } = applianceAddresses
  return new Promise((resolve) => {
    const done = (socket: { close(then: () => void): unknown }): void => void socket.close(() => resolve(true))
    if (kind === 'udp') {
      const socket = createSocket('udp4').on('error', () => resolve(false))
      socket.bind(port, host, () => done(socket))
      return
    }
    const server = createServer().on('error', () => resolve(false))
    server.listen(port, host, () => done(server))
  })
}

async function didNotStart(site: ApplianceSite, { name }: Daemon): Promise<TestbedError> {
  const log = logOf(site, name)
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n')
  return new TestbedError(
    `${name} must answer within 30 s and did not. Its log ${log} ends with: ${lines.at(-1)?.slice(0, 300)}`,
  )
}

function logOf({ folder }: ApplianceSite, name: DaemonName): string {
  return join(folder, 'log', `${name}.log`)
}

function recordOf({ folder }: ApplianceSite, name: DaemonName): string {
  return join(folder, 'run', `${name}.json`)
}
