import { spawn } from 'node:child_process'
import { access, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import {
  identifyProcess,
  parseProcessStat,
  pidsNamed,
  type ProcessIdentity,
  signalProcess,
  stillRuns,
  waitUntilGone,
} from './process-identity.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

it('reads a name that holds brackets, spaces and a line break', () => {
  const text = `7 (a) S 1 (b\nc) Z 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 109242 0 0 18446744073709551615\n`
  expect(parseProcessStat(text)).toEqual({ name: 'a) S 1 (b\nc', state: 'Z', threads: 1, startTicks: 109242 })
})

it.each(['', '7', '7 (a)', '7 (a) S', '7 (a) S 1 2 3'])('finds no process in %j', (text) => {
  expect(parseProcessStat(text)).toBeUndefined()
})

it('identifies a running process, and the same one again', async () => {
  const identity = await identifyProcess(process.pid)
  expect(identity?.pid).toBe(process.pid)
  expect(await identifyProcess(process.pid)).toEqual(identity)
})

it('ends exactly the process it was asked to end', async () => {
  const identity = await startSleeper('sleep')
  expect(await signalProcess(identity, 'SIGKILL')).toBe(true)
  expect(await waitUntilGone(identity, 5000)).toBe(true)
  expect(await signalProcess(identity, 'SIGKILL')).toBe(false)
})

it.each([{ startTicks: 1 }, { bootId: 'another' }])('takes a pid with another %o for a recycled one', async (other) => {
  const identity = await startSleeper('sleep')
  const former = { ...identity, ...other }
  expect(await signalProcess(former, 'SIGKILL')).toBe(false)
  expect(await waitUntilGone(former, 0)).toBe(true)
  expect(await stillRuns(identity)).toBe(true)
})

it('says that a process did not end in time', async () => {
  expect(await waitUntilGone(await startSleeper('sleep'), 0)).toBe(false)
})

it('takes a zombie for ended', async () => {
  // The shell makes a child and becomes a program that never reaps it.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 100'], { stdio: ['ignore', 'pipe', 'ignore'] })
  cleanups.push(() => parent.kill('SIGKILL'))
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))),
  )
  while ((await identifyProcess(pid)) !== undefined) await sleep(10)
  expect(process.kill(pid, 0)).toBe(true)
})

it('takes a process for running until the last of its threads has ended', async ({ skip }) => {
  if ((await access('/usr/bin/python3').catch(() => 'none')) === 'none') skip('no program here ends its first thread')
  const script = `import ctypes, threading, time
threading.Thread(target=time.sleep, args=(100,)).start()
ctypes.CDLL(None).pthread_exit(None)`
  const child = spawn('/usr/bin/python3', ['-c', script], { stdio: 'ignore' })
  cleanups.push(() => child.kill('SIGKILL'))
  const stat = async () => parseProcessStat(await readFile(`/proc/${child.pid}/stat`, 'utf8'))
  while ((await stat())?.state !== 'Z') await sleep(10)
  expect((await identifyProcess(child.pid ?? 0))?.pid).toBe(child.pid)
})

it('finds processes by name, cut as the kernel cuts it', async () => {
  const name = 'amphora-testbed-sleeper'
  const identity = await startSleeper(name)
  expect(await pidsNamed(name)).toEqual([identity.pid])
  await signalProcess(identity, 'SIGKILL')
  await waitUntilGone(identity, 5000)
  expect(await pidsNamed(name)).toEqual([])
})

/** Runs `sleep` under this name. */
async function startSleeper(name: string): Promise<ProcessIdentity> {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  await copyFile('/bin/sleep', join(folder, name))
  const child = spawn(join(folder, name), ['100'], { stdio: 'ignore' })
  cleanups.push(() => child.kill('SIGKILL'))
  await new Promise((resolve) => child.once('spawn', resolve))
  const identity = await identifyProcess(child.pid ?? 0)
  if (identity === undefined) throw new Error('sleep did not start')
  return identity
}
