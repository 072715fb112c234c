import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** One process, and never the one that gets its pid later: a pid is unique only with its start time and its boot. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks between the boot and the start of the process. */
  readonly startTicks: number
  readonly bootId: string
}

/** Who runs under this pid now; `undefined` when nobody does, and for a zombie, which runs no more. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readStat(pid)
  if (stat === undefined || !runs(stat)) return undefined
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  return { pid, startTicks: stat.startTicks, bootId: bootId.trim() }
}

/** Whether exactly this process still runs. */
export async function stillRuns(identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(identity.pid)
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId
}

/** Sends the signal to exactly this process. `false`, and no signal to anybody, when it runs no more. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await stillRuns(identity))) return false
  return process.kill(identity.pid, signal)
}

/** Resolves `true` as soon as the process runs no more, `false` when it still runs after `timeoutMs`. */
export async function waitUntilGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs
  while (await stillRuns(identity)) {
    if (Date.now() >= end) return false
    await sleep(20)
  }
  return true
}

/** The pids of all running processes whose executable has this name (its first 15 characters), zombies left out. */
export async function pidsNamed(name: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const stats = await Promise.all(pids.map((pid) => readStat(pid)))
  return pids.filter((_, index) => {
    const stat = stats[index]
    return stat !== undefined && runs(stat) && stat.name === name.slice(0, 15)
  })
}

export interface ProcessStat {
  readonly name: string
  readonly state: string
  readonly threads: number
  readonly startTicks: number
}

/** Reads `/proc/<pid>/stat` (proc(5): fields 2, 3, 20 and 22); the name may itself hold spaces and brackets. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const match = /^\d+ \((.*)\) (.+)$/s.exec(text.trimEnd())
  const [name, rest] = [match?.[1], match?.[2]?.split(' ')]
  const [state, threads, startTicks] = [rest?.[0], Number(rest?.[17]), Number(rest?.[19])]
  if (name === undefined || state === undefined || !Number.isSafeInteger(startTicks)) return undefined
  return { name, state, threads, startTicks }
}

async function readStat(pid: number): Promise<ProcessStat | undefined> {
  try {
    return parseProcessStat(await readFile(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined // no such process, or it ended while it was read (ESRCH)
  }
}

/** A process whose first thread is a zombie still runs, with its files open, until its other threads have ended. */
function runs({ state, threads }: ProcessStat): boolean {
  return (state !== 'Z' && state !== 'X') || threads > 1
}
