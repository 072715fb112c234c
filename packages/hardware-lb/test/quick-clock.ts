import { systemClock, type Clock } from '@amphora/core'

/** How much faster than the machine's time it goes. */
const FACTOR = 4

/** The machine's own time, sped up: boxes that are asked every five seconds need not be waited for so long here. */
export const quickClock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * FACTOR,
  sleep: (ms, signal) => systemClock.sleep(ms / FACTOR, signal),
  alarm: (ms, ring) => systemClock.alarm(ms / FACTOR, ring),
}

/** What a call that the backend keeps waiting is given: half a second of the machine's time. */
export const quickLimits: { readonly patienceMs: number } = { patienceMs: 500 * FACTOR }
