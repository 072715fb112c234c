import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { identifyProcess, type ProcessIdentity } from '../process-identity.ts'
import { answersAt } from './answering.ts'
import { ensureService, killService, lastLine, logOf, stopService } from './service-process.ts'
import { runningService, writeServiceRecord } from './service-record.ts'
import type { Service } from './services.ts'
import type { Site } from './site.ts'

let site: Site
let said: string[]
const log = (line: string) => void said.push(line)

beforeEach(async () => {
  site = { folder: await mkdtemp(join(tmpdir(), 'amphora-')), password: 'not-a-word' }
  said = []
})
afterEach(async () => {
  await stopService(site, 'glance')
  await rm(site.folder, { recursive: true })
})

it('starts a service, waits until it answers, and does not start it again', async () => {
  const service = listening()
  await ensureService(site, service, log)
  const pid = (await runningService(site, 'glance'))?.process.pid
  expect(said).toEqual([`started glance, pid ${pid}, log ${site.folder}/log/glance.log`])
  expect(await answersAt(service.address)).toBe(true)
  await ensureService(site, service, log)
  expect([said.length, (await runningService(site, 'glance'))?.process.pid]).toEqual([1, pid])
})

it('starts it anew when what it is started with has changed', async () => {
  await ensureService(site, listening(), log)
  const before = await runningService(site, 'glance')
  await ensureService(site, listening({ WORD: 'other' }), log)
  expect((await runningService(site, 'glance'))?.process.pid).not.toBe(before?.process.pid)
  expect(said[1]).toBe('stopped glance, whose configuration has changed')
})

it('lets nothing of its own environment through', async () => {
  process.env['http_proxy'] = 'http://127.0.0.1:1'
  await ensureService(site, listening({ WORD: 'own' }), log).finally(() => delete process.env['http_proxy'])
  expect(JSON.parse(await readFile(logOf(site, 'glance'), 'utf8'))).toEqual([
    'HOME',
    'LANG',
    'PATH',
    'PYTHONPATH',
    'PYTHONWARNINGS',
    'WORD',
  ])
})

it('ends a service at once, and in order', async () => {
  const service = listening()
  await ensureService(site, service, log)
  await killService(site, 'glance')
  expect(await answersAt(service.address)).toBe(false)
  await ensureService(site, service, log)
  const running = await runningService(site, 'glance')
  expect(await stopService(site, 'glance')).toEqual(running?.process)
  expect(await stopService(site, 'glance')).toBeUndefined()
})

it('kills nobody who got the pid later', async () => {
  const { startTicks, ...identity } = await ownIdentity()
  await writeServiceRecord(site, 'glance', { process: { ...identity, startTicks: startTicks + 1 }, fingerprint: 'f' })
  expect(await runningService(site, 'glance')).toBeUndefined()
  expect(await stopService(site, 'glance')).toBeUndefined()
  await expect(killService(site, 'glance')).rejects.toThrow(
    'cannot kill glance: the testbed has not started it, or it has ended already',
  )
})

it('takes a damaged record for none', async () => {
  await writeServiceRecord(site, 'glance', { process: await ownIdentity(), fingerprint: 'f' })
  expect(await runningService(site, 'glance')).toBeDefined()
  const path = join(site.folder, 'run/glance.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, -5))
  expect(await runningService(site, 'glance')).toBeUndefined()
})

it('names the log of a service that ends before it answers, and what it said last', async () => {
  const script =
    'console.error("OSError: no such thing\\n2026-01-01 00:00:00.000 17 ERROR glance \\u001b[00m"); process.exit(1)'
  await expect(ensureService(site, { ...listening(), command: [process.execPath, '-e', script] }, log)).rejects.toThrow(
    `glance must answer at ${listening().address} within 120 s and did not. ` +
      `Its log ${site.folder}/log/glance.log ends with: OSError: no such thing`,
  )
})

it('names the log of a program that does not exist', async () => {
  await expect(ensureService(site, { ...listening(), command: ['/nonexistent'] }, log)).rejects.toThrow(
    `Its log ${site.folder}/log/glance.log ends with: `,
  )
})

it('starts a service again although it has left its unix socket', async () => {
  const service = listening()
  await ensureService(site, service, log)
  await killService(site, 'glance')
  expect(await readdir(site.folder)).toContain('glance.sock') // and nobody can listen on a path that exists
  await ensureService(site, service, log)
  expect(await answersAt(service.address)).toBe(true)
})

it('has no last line of a log that is not there', async () => {
  expect(await lastLine('/nonexistent')).toBe('')
})

/** A service that answers, after it has said which variables it sees. */
function listening(environment: Readonly<Record<string, string>> = {}): Service {
  const address = join(site.folder, 'glance.sock')
  const script = `console.log(JSON.stringify(Object.keys(process.env).sort()))
    require("node:http").createServer((_, response) => response.end()).listen(${JSON.stringify(address)})`
  return { name: 'glance', command: [process.execPath, '-e', script], environment, reads: [], address }
}

async function ownIdentity(): Promise<ProcessIdentity> {
  const identity = await identifyProcess(process.pid)
  if (identity === undefined) throw new Error('this process does not run')
  return identity
}
