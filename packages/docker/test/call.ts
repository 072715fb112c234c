import {
  AmphoraComputeError,
  silentLogger,
  systemClock,
  type BuildOrder,
  type Call,
  type Progress,
} from '@amphora/core'

export interface TestCall extends Call {
  readonly steps: readonly Progress[]
  abort(code?: 'cancelled' | 'deadline-exceeded'): void
}

/** A call as core makes it, driven by hand. */
export function testCall(): TestCall {
  const controller = new AbortController()
  const steps: Progress[] = []
  return {
    signal: controller.signal,
    deadline: Date.now() + 60_000,
    logger: silentLogger,
    steps,
    abort: (code = 'cancelled') => controller.abort(new AmphoraComputeError('stopped by the test', { code })),
    progress: (step) => void steps.push(step),
    longStep: async (limitMs, step) => {
      const own = new AbortController()
      const stop = (): void => own.abort(controller.signal.reason)
      controller.signal.addEventListener('abort', stop, { once: true })
      const timer = new AbortController()
      systemClock.sleep(limitMs, timer.signal).then(
        () => own.abort(new AmphoraComputeError('the long step took too long', { code: 'deadline-exceeded' })),
        () => undefined,
      )
      try {
        return await step(own.signal)
      } finally {
        timer.abort()
        controller.signal.removeEventListener('abort', stop)
      }
    },
  }
}

/** An order as core makes it: complete, frozen, checked. */
export function testOrder(changes: Partial<BuildOrder> = {}): BuildOrder {
  return Object.freeze({
    name: 'web-1',
    nameIsFresh: false,
    fingerprint: 'v1:0000',
    type: 'Container',
    flavor: undefined,
    imageId: 'amphora/haproxy:test',
    keys: [],
    secGroups: [],
    networkIds: [],
    portIds: [],
    files: [],
    userData: undefined,
    placementGroupId: undefined,
    availabilityZone: undefined,
    ...changes,
  })
}
