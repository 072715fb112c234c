import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isDaemonsShim, processOfPidFile, removeStalePidFile } from './leftovers.ts'

let folder: string
let pidFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphora-'))
  pidFile = join(folder, 'pid')
})
afterEach(() => rm(folder, { recursive: true }))

it('removes a pid file whose pid somebody else got', async () => {
  await writeFile(pidFile, `${process.pid}`)
  expect(await removeStalePidFile(pidFile, 'dockerd')).toBe(true)
  expect(await readdir(folder)).toEqual([])
})

it('removes a pid file whose process ended', async () => {
  const child = spawn('true')
  await new Promise((resolve) => child.once('exit', resolve))
  await writeFile(pidFile, `${child.pid}`)
  expect(await processOfPidFile(pidFile)).toBeUndefined()
  expect(await removeStalePidFile(pidFile, 'true')).toBe(true)
})

it('keeps the pid file of a process that runs under this name', async () => {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' })
  try {
    await new Promise((resolve) => child.once('spawn', resolve))
    await writeFile(pidFile, `${child.pid}\n`)
    expect(await removeStalePidFile(pidFile, 'sleep')).toBe(false)
    expect(await processOfPidFile(pidFile)).toMatchObject({ pid: child.pid })
    expect(await readdir(folder)).toEqual(['pid'])
  } finally {
    child.kill('SIGKILL')
  }
})

it('leaves alone what is no pid file', async () => {
  expect(await removeStalePidFile(pidFile, 'dockerd')).toBe(false)
  await writeFile(pidFile, 'not a pid')
  expect(await removeStalePidFile(pidFile, 'dockerd')).toBe(false)
  expect(await readdir(folder)).toEqual(['pid'])
})

const shim = ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', '3cca78db']

it.each(['/var/run/docker/containerd/containerd.sock', '/run/docker/containerd/containerd.sock'])(
  'knows a shim of the daemon by its address %s',
  (address) => {
    expect(isDaemonsShim([...shim, '-address', address, ''])).toBe(true)
  },
)

it.each([
  ['another containerd', [...shim, '-address', '/run/containerd/containerd.sock']],
  ['no address', shim],
  ['an address without a value', [...shim, '-address']],
  ['the address where no option names it', ['/var/run/docker/containerd/containerd.sock', ...shim]],
])('leaves alone a shim with %s', (_, commandLine) => {
  expect(isDaemonsShim(commandLine)).toBe(false)
})
