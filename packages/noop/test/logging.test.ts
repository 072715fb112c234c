import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { createCompute, type Compute } from '@amphora/core'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createManualClock, noop, World, type ManualClock } from '../src/index.ts'

const SECRETS = ['CANARY-user-data', 'CANARY-file', 'CANARY-key']

type Lab = Compute<{ readonly lab: ReturnType<typeof noop> }>

/** What a pino logger has written, as data. */
async function logged(
  work: (compute: Lab, world: World, clock: ManualClock) => Promise<void>,
): Promise<readonly Record<string, unknown>[]> {
  const lines: string[] = []
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const clock = createManualClock()
  const world = new World({ clock, buildMs: 0 })
  const compute = await createCompute({
    drivers: { lab: noop({ world }) },
    clock,
    breaker: false,
    logger: pino({ level: 'debug' }, sink),
  })
  await work(compute, world, clock)
  await clock.runUntil(compute.close())
  return lines.map((line): Record<string, unknown> => JSON.parse(line))
}

const order = {
  name: 'a',
  userData: 'CANARY-user-data',
  configDriveFiles: { '/etc/haproxy.cfg': 'CANARY-file' },
  keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+zLlzKzpRzCZ1rXxVhEVnPwXQwKkRzDkM6ZzTlq1Xx CANARY-key'],
}

describe('logging', () => {
  it('a pino logger fits as it is, and each record says which driver, verb, attempt and how long', async () => {
    const records = await logged(async (compute) => void (await compute.build(order)))
    expect(records).toContainEqual(
      expect.objectContaining({ level: 30, driver: 'lab', verb: 'build', attempt: 1, ms: expect.any(Number) }),
    )
  })

  it('a call about an amphora is logged under its id', async () => {
    let id = ''
    const records = await logged(async (compute) => {
      id = await compute.build(order)
      await compute.suspend(id)
    })
    expect(records).toContainEqual(expect.objectContaining({ verb: 'suspend', amphoraId: id, attempt: 1 }))
  })

  it('a failure is logged with its code, and a repeat with the number of its attempt', async () => {
    const records = await logged(async (compute, world, clock) => {
      world.script.on('status', { kind: 'reset' })
      const id = await compute.build(order)
      await clock.runUntil(compute.status(id))
      await expect(compute.resume(id)).rejects.toThrow('Cannot resume')
    })
    expect(records).toContainEqual(expect.objectContaining({ verb: 'status', attempt: 1, code: 'unavailable' }))
    expect(records).toContainEqual(expect.objectContaining({ verb: 'status', attempt: 2 }))
    expect(records).toContainEqual(
      expect.objectContaining({ level: 40, verb: 'resume', code: 'failed-precondition', reason: 'noop/not-suspended' }),
    )
  })

  it('nothing secret is in any record or error', async () => {
    const errors: unknown[] = []
    const records = await logged(async (compute, world, clock) => {
      const fail = (name: string, more: object = {}): Promise<unknown> =>
        clock.runUntil(compute.build({ ...order, name, ...more })).catch((error: unknown) => errors.push(error))
      for (const kind of ['lose-response', 'garbage', 'no-capacity'] as const) {
        const fault = world.script.on('build', { kind }, { times: Infinity })
        await fail(`a-${kind}`)
        fault.dispose()
      }
      await compute.build(order)
      await fail('a', { imageId: 'other' })
    })
    expect(errors).toHaveLength(4)
    const said = JSON.stringify(records) + inspect(errors, { depth: 20, showHidden: true }) + JSON.stringify(errors)
    for (const secret of SECRETS) expect(said).not.toContain(secret)
  })
})
