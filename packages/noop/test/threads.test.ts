import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createCompute } from '@amphora/core'
import { install, type Installed } from '@amphora/test-tools'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noop, World } from '../src/index.ts'

/** Has a `Compute` of its own, and does with it whatever it is told to. */
const WORKER = `
import { parentPort, threadId } from 'node:worker_threads'
import { createCompute } from '@amphora/core'
import { noop } from '@amphora/noop'

const compute = await createCompute({ drivers: { lab: noop({ buildMs: 0 }) } })
parentPort.on('message', async ({ verb, args }) => {
  try {
    parentPort.postMessage({ threadId, value: await compute[verb](...args) })
  } catch (error) {
    parentPort.postMessage({ threadId, code: error.code })
  }
  if (verb === 'close') parentPort.close()
})
`

/** Without the conditions under which the test runner finds sources. */
const AS_INSTALLED = { execArgv: [] }

interface Answer {
  readonly threadId: number
  readonly value?: unknown
  readonly code?: string
}

let installed: Installed | undefined
let script: string

beforeAll(async () => {
  installed = await install({ root: dirname(import.meta.dirname), neighbours: ['@amphora/core'] })
  script = join(installed.folder, 'worker.js')
  await writeFile(script, WORKER)
}, 120_000)

afterAll(() => installed?.remove())

function ask(worker: Worker, verb: string, ...args: readonly unknown[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, this is a thread
    worker.postMessage({ verb, args })
  })
}

describe('threads', { timeout: 30_000 }, () => {
  it('a Compute can be made in a worker thread, and its ids travel as plain strings', async () => {
    const worker = new Worker(script, AS_INSTALLED)
    const built = await ask(worker, 'build', { name: 'a' })
    expect(built.threadId).toBeGreaterThan(0)
    expect(built.value).toMatch(/^lab\/[0-9a-f-]{36}$/)
    const asked = await ask(worker, 'getAmphora', { id: String(built.value) })
    expect(asked.value).toMatchObject({ id: built.value, name: 'a', status: { state: 'active' } })
    await ask(worker, 'close')
  })

  it('a worker ends by itself once its Compute is closed', async () => {
    const worker = new Worker(script, AS_INSTALLED)
    await ask(worker, 'build', { name: 'a' })
    const ended = new Promise((resolve) => void worker.once('exit', resolve))
    await ask(worker, 'close')
    expect(await ended).toBe(0)
  })

  it('two threads have two worlds: an id of the one is well-formed and unknown in the other', async () => {
    const [one, two] = [new Worker(script, AS_INSTALLED), new Worker(script, AS_INSTALLED)]
    const [a, b] = await Promise.all([ask(one, 'build', { name: 'a' }), ask(two, 'build', { name: 'a' })])
    expect(a.value).not.toBe(b.value)
    expect((await ask(two, 'status', a.value)).code).toBe('not-found')
    await Promise.all([ask(one, 'close'), ask(two, 'close')])
  })
})

describe('one event loop', () => {
  it('builds of one name at once are one flight, without a lock', async () => {
    const world = new World()
    const compute = await createCompute({ drivers: { lab: noop({ world, latencyMs: 5 }) } })
    const ids = await Promise.all(Array.from({ length: 50 }, () => compute.build({ name: 'a' })))
    expect(new Set(ids).size).toBe(1)
    expect(world.calls.count('build')).toBe(1)
    await compute.close()
  })

  it('two computes on one world are two controllers on one backend', async () => {
    const world = new World()
    const [one, two] = await Promise.all(
      [0, 1].map(() => createCompute({ drivers: { lab: noop({ world, latencyMs: 2 }) } })),
    )
    if (one === undefined || two === undefined) throw new Error('two were made')
    const ids = await Promise.all([one.build({ name: 'a' }), two.build({ name: 'a' })])
    expect(new Set(ids).size).toBe(1)
    expect(world.calls.count('build')).toBe(2)
    expect(world.snapshot().instances).toHaveLength(1)
    await one.close()
    expect((await two.waitFor(ids[0], 'active')).name).toBe('a')
    await two.delete(ids[0])
    await two.waitFor(ids[0], 'deleted')
    expect(world.inventory()).toEqual([])
    await two.close()
  })

  it('a repeat after a crash finds what was built before it', async () => {
    const world = new World()
    const before = await createCompute({ drivers: { lab: noop({ world }) } })
    const id = await before.build({ name: 'a', imageId: 'i' })
    const after = await createCompute({ drivers: { lab: noop({ world }) } })
    expect(await after.build({ name: 'a', imageId: 'i' })).toBe(id)
    await expect(after.build({ name: 'a', imageId: 'other' })).rejects.toMatchObject({ code: 'already-exists' })
    await Promise.all([before.close(), after.close()])
  })
})
