import { AmphoraComputeError, silentLogger, systemClock, type Call, type Clock, type Logger } from '@amphora/core'

export interface TestCall extends Call {
  abort(code?: 'cancelled' | 'deadline-exceeded'): void
}

export interface TestCallOptions {
  readonly logger?: Logger
  readonly clock?: Clock
}

/** A call as core makes it, driven by hand. */
export function testCall({ logger = silentLogger, clock = systemClock }: TestCallOptions = {}): TestCall {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    deadline: clock.now() + 60_000,
    logger,
    abort: (code = 'cancelled') => controller.abort(new AmphoraComputeError('stopped by the test', { code })),
    progress: () => undefined,
    longStep: (_limitMs, step) => step(controller.signal),
  }
}
