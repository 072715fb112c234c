import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createCompute } from '@amphora/core'
import { expect, it } from 'vitest'
import { noop } from '../src/index.ts'

const CALLS = 1_000
/** The contract's bound, rule hygiene/event-loop. */
const LONGEST_STALL_MS = 50

it('build resolves while the backend is still building', async () => {
  const compute = await createCompute({ drivers: { lab: noop({ buildMs: 3_600_000 }) } })
  const id = await compute.build({ name: 'a' })
  expect((await compute.status(id)).state).toBe('building')
  await compute.close()
})

it('a thousand builds at once, each with latency, do not stall the event loop', async () => {
  // The best of three: other processes on the machine can make a stall longer, never shorter.
  const stalls: number[] = []
  for (let round = 0; round < 3; round++) stalls.push(await longestStallMs())
  expect(Math.min(...stalls)).toBeLessThanOrEqual(LONGEST_STALL_MS)
})

async function longestStallMs(): Promise<number> {
  const compute = await createCompute({ drivers: { lab: noop({ latencyMs: 5 }) } })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const ids = await Promise.all(Array.from({ length: CALLS }, (_, index) => compute.build({ name: `a${index}` })))
  delay.disable()
  expect(new Set(ids).size).toBe(CALLS)
  await compute.close()
  return delay.max / 1e6
}

it('the loop turns while calls are under way: a timer of 1 ms fires many times before they end', async () => {
  const compute = await createCompute({ drivers: { lab: noop({ latencyMs: 50 }) } })
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 1)
  await Promise.all(Array.from({ length: 32 }, (_, index) => compute.build({ name: `a${index}` })))
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(5)
  await compute.close()
})

it('nothing keeps the process alive once the calls are over', async () => {
  const compute = await createCompute({ drivers: { lab: noop({ buildMs: 3_600_000 }) } })
  const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  await compute.build({ name: 'a' })
  await compute.close()
  expect(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length).toBe(before)
})
