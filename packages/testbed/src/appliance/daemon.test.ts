import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { type Daemon, endDaemon, ensureDaemon, isFree, runningDaemon } from './daemon.ts'
import { type ApplianceSite, openApplianceSite } from './site.ts'

let site: ApplianceSite
let lines: string[]
const sleeper = (port: number, over: Partial<Daemon> = {}): Daemon => ({
  name: 'snmpd',
  port: { kind: 'udp', number: port },
  command: ['/bin/sleep', '100'],
  environment: {},
  answers: () => Promise.resolve(true),
  ...over,
})
const log = (line: string): void => void lines.push(line)

beforeEach(async () => {
  lines = []
  site = await openApplianceSite(await mkdtemp(join(tmpdir(), 'amphora-')))
})
afterEach(async () => {
  await endDaemon(site, 'snmpd', 'SIGKILL')
  await rm(site.folder, { recursive: true })
})

it('is started once, however often it is asked for, and ended by its record', async () => {
  await ensureDaemon(site, sleeper(await freePort()), log)
  const running = await runningDaemon(site, 'snmpd')
  await ensureDaemon(site, sleeper(await freePort()), log)
  expect(await runningDaemon(site, 'snmpd')).toEqual(running)
  expect(lines).toEqual([expect.stringContaining(`started snmpd, pid ${running?.pid}`)])
  expect(await endDaemon(site, 'snmpd', 'SIGTERM')).toEqual(running)
  expect(await runningDaemon(site, 'snmpd')).toBeUndefined()
  expect(await endDaemon(site, 'snmpd', 'SIGTERM')).toBeUndefined()
})

it('is not started beside somebody who has its port', async () => {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await expect(ensureDaemon(site, sleeper(port), log)).rejects.toThrow(
    `cannot start snmpd: it listens on udp port ${port}, which another process has taken`,
  )
  expect(await runningDaemon(site, 'snmpd')).toBeUndefined()
})

it('that ends before it answers is told with the last line of its log', async () => {
  const command = ['/bin/sh', '-c', 'echo no such thing; exit 1'] as const
  const daemon = sleeper(await freePort(), { command, answers: () => Promise.resolve(false) })
  await expect(ensureDaemon(site, daemon, log)).rejects.toThrow('ends with: no such thing')
})

it('knows a taken TCP port', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  expect([await isFree('tcp', port), await isFree('udp', await freePort())]).toEqual([false, true])
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
