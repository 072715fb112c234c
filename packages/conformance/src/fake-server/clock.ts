import { setTimeout as sleep } from 'node:timers/promises'

/** Time as the fake server sees it. Any clock with these two methods fits. */
export interface FakeClock {
  /** Epoch milliseconds, for the request log. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects when the signal aborts. Latency, `act-late` and `slow-drip` wait here. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: FakeClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
}
