import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { identifyProcess, type ProcessIdentity, signalProcess, stillRuns, waitUntilGone } from '../process-identity.ts'
import { TestbedError } from '../testbed-error.ts'
import { answersAt } from './answering.ts'
import { processEnvironment } from './environment.ts'
import { removeServiceRecord, runningService, writeServiceRecord } from './service-record.ts'
import type { Service, ServiceName } from './services.ts'
import { siteFiles } from './site-files.ts'
import type { Site } from './site.ts'

/**
 * Sees to it that a service runs, as it would be started now, and answers. Starts it where it does not, and starts it
 * anew where its configuration has changed since.
 */
export async function ensureService(site: Site, service: Service, log: (line: string) => void): Promise<void> {
  const fingerprint = await fingerprintOf(site, service)
  const running = await runningService(site, service.name)
  if (running?.fingerprint === fingerprint) return waitUntilAnswering(site, service, running.process)
  if (running !== undefined) {
    await stopService(site, service.name)
    log(`stopped ${service.name}, whose configuration has changed`)
  }
  // A unix socket outlives its process, and would seem to answer for the next one.
  if (!service.address.startsWith('http:')) await rm(service.address, { force: true })
  const process = await spawnService(site, service)
  await writeServiceRecord(site, service.name, { process, fingerprint })
  await waitUntilAnswering(site, service, process)
  log(`started ${service.name}, pid ${process.pid}, log ${logOf(site, service.name)}`)
}

/** Stops a service that the testbed started. Gives back the process that was stopped, if one ran. */
export async function stopService(site: Site, name: ServiceName): Promise<ProcessIdentity | undefined> {
  const running = await runningService(site, name)
  if (running !== undefined) {
    await signalProcess(running.process, 'SIGTERM')
    if (!(await waitUntilGone(running.process, 10_000))) await endAtOnce(site, name, running.process)
  }
  await removeServiceRecord(site, name)
  return running?.process
}

/** Ends a service at once, as a crash would. Rejects when the testbed runs none of this name. */
export async function killService(site: Site, name: ServiceName): Promise<void> {
  const running = await runningService(site, name)
  if (running === undefined) {
    throw new TestbedError(`cannot kill ${name}: the testbed has not started it, or it has ended already`)
  }
  await endAtOnce(site, name, running.process)
  await removeServiceRecord(site, name)
}

/** Where everything is that a service says. */
export function logOf(site: Site, name: string): string {
  return join(site.folder, 'log', `${name}.log`)
}

/** The last line of a log that says anything, for the message of a failure. */
export async function lastLine(path: string): Promise<string> {
  const text = stripVTControlCharacters(await readFile(path, 'utf8').catch(() => ''))
  // A traceback ends with a line of nothing but time, level and logger.
  const lines = text.split('\n').filter((line) => !/^(\S+ \S+ \d+ ERROR \S+)?\s*$/.test(line))
  return lines.at(-1)?.slice(0, 300) ?? ''
}

async function endAtOnce(site: Site, name: ServiceName, process: ProcessIdentity): Promise<void> {
  await signalProcess(process, 'SIGKILL')
  if (await waitUntilGone(process, 10_000)) return
  throw new TestbedError(
    `${name} (pid ${process.pid}) must end within 10 s of SIGKILL and did not: see ${logOf(site, name)}`,
  )
}

async function spawnService(site: Site, service: Service): Promise<ProcessIdentity> {
  const { command, name } = service
  const [program, ...parameters] = command
  await mkdir(join(site.folder, 'log'), { recursive: true })
  const output = await open(logOf(site, name), 'a')
  try {
    const child = spawn(program, parameters, {
      cwd: site.folder,
      detached: true,
      env: processEnvironment(site, service.environment),
      stdio: ['ignore', output.fd, output.fd],
    })
    child.on('error', () => undefined) // a failed start has no pid, which says it below
    child.unref()
    const identity = child.pid === undefined ? undefined : await identifyProcess(child.pid)
    if (identity === undefined) throw await didNotStart(site, service)
    return identity
  } finally {
    await output.close()
  }
}

async function waitUntilAnswering(site: Site, service: Service, process: ProcessIdentity): Promise<void> {
  const end = Date.now() + 120_000
  while (!(await answersAt(service.address))) {
    if (Date.now() >= end || !(await stillRuns(process))) throw await didNotStart(site, service)
    await sleep(50)
  }
}

async function didNotStart(site: Site, { name, address }: Service): Promise<TestbedError> {
  const log = logOf(site, name)
  return new TestbedError(
    `${name} must answer at ${address} within 120 s and did not. Its log ${log} ends with: ${await lastLine(log)}`,
  )
}

/** Changes with everything that the process reads at its start. */
async function fingerprintOf(site: Site, service: Service): Promise<string> {
  const files = await siteFiles(site)
  const parts = [service.command, service.environment, service.reads.map((path) => files[path])]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
