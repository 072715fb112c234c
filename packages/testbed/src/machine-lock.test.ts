import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { withMachineLock } from './machine-lock.ts'

let name: string

beforeEach(() => {
  name = `amphora-test-${randomUUID()}`
})

it('lets one task run at a time', async () => {
  let running = 0
  let most = 0
  const task = async (): Promise<void> => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  }
  await Promise.all([withMachineLock(name, task), withMachineLock(name, task), withMachineLock(name, task)])
  expect(most).toBe(1)
})

it('gives back what the task gives, and is free after a task that failed', async () => {
  await expect(withMachineLock(name, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(await withMachineLock(name, () => Promise.resolve(7))).toBe(7)
})

it('says who is in the way when its turn does not come', async () => {
  await withMachineLock(name, async () => {
    await expect(withMachineLock(name, () => Promise.resolve(), 0)).rejects.toThrow(
      `another process holds the lock ${name}`,
    )
  })
})

it('is free again when the process that held it was killed', async () => {
  const script = `require('node:net').createServer().listen('\\0${name}', () => console.log('held'))`
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  await expect(withMachineLock(name, () => Promise.resolve(), 0)).rejects.toThrow('another process')
  holder.kill('SIGKILL')
  await new Promise((resolve) => holder.once('exit', resolve))
  expect(await withMachineLock(name, () => Promise.resolve('free'), 0)).toBe('free')
})
