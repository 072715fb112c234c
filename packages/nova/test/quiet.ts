import type { ManualClock } from '@amphora/core/testing'
import type { FakeNova } from './fake-nova.ts'

/** So many turns of the event loop take an answer from the socket to whoever waits for it. */
const TURNS = 20
const STEP_MS = 250

/**
 * Moves the clock on until the promise has settled, but only while nothing is on its way between the driver and the
 * cloud: an answer takes no time on this clock, as it does on a good day, and no deadline passes because of it.
 */
export async function whenQuiet<T>(
  clock: ManualClock,
  cloud: FakeNova,
  promise: Promise<T>,
  mostMs = 600_000,
): Promise<T> {
  let settled = false
  const settle = (): void => {
    settled = true
  }
  promise.then(settle, settle)
  const end = clock.monotonic() + mostMs
  for (;;) {
    await quiet(cloud, () => settled)
    if (settled) return promise
    if (clock.monotonic() >= end) throw new Error(`it has not ended within ${mostMs} ms of the clock`)
    await clock.advance(STEP_MS)
  }
}

/** Resolves once all that was sent has been answered, but for what hangs, and the answers have been taken in. */
async function quiet(cloud: FakeNova, isOver: () => boolean): Promise<void> {
  for (let turn = 0, before = -1; turn < TURNS && !isOver(); turn += 1) {
    const now = work(cloud)
    if (now !== before) turn = 0
    before = now
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Changes with each request that arrives and each that is answered. */
function work({ server, keystone, glance, neutron }: FakeNova): number {
  let sum = 0
  for (const one of [server, keystone.server, glance.server, neutron.server]) {
    for (const { finishedAt } of one.requests()) sum += finishedAt === undefined ? 1 : 1_000_000
  }
  return sum
}
