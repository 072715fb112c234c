import { AmphoraComputeError, silentLogger, type Call, type Logger } from '@amphora/core'

export interface TestCall extends Call {
  abort(code?: 'cancelled' | 'deadline-exceeded'): void
}

/** A call as core makes it, driven by hand. */
export function testCall(logger: Logger = silentLogger): TestCall {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    deadline: Date.now() + 60_000,
    logger,
    abort: (code = 'cancelled') => controller.abort(new AmphoraComputeError('stopped by the test', { code })),
    progress: () => {},
    longStep: (_limitMs, step) => step(controller.signal),
  }
}
