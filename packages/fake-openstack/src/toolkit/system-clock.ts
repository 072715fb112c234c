import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeClock } from '@amphora/conformance/fake-server'

export const systemClock: FakeClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
}
