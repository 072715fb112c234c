import type { Clock } from '../clock.ts'
import type { Call, Progress } from '../driver.ts'
import type { Logger } from '../logger.ts'
import { AmphoraComputeError } from '../errors.ts'
import { orAborted } from './abort.ts'
import { openDeadline, type Deadline } from './deadline.ts'
import { publish } from './trace.ts'

export interface StreamCallOptions {
  readonly driver: string
  readonly clock: Clock
  readonly deadline: Deadline
  readonly logger: Logger
}

/** The `Call` of a stream: it lives as long as its deadline, and holds no place among the calls in flight. */
export function streamCall({ driver, clock, deadline, logger }: StreamCallOptions): Call {
  return {
    signal: deadline.signal,
    get deadline() {
      return deadline.at()
    },
    logger,
    longStep: async (ms, step) => {
      const own = openDeadline({
        clock,
        ms,
        parents: [deadline],
        expired: () =>
          new AmphoraComputeError(`A long step was not done within ${ms} ms`, { code: 'deadline-exceeded' }),
      })
      try {
        return await step(own.signal)
      } finally {
        own.close()
      }
    },
    progress: (step: Progress) => publish({ ...step, kind: 'progress', driver, amphoraName: '' }),
  }
}

/** The values of a stream until it ends or the signal aborts. A source that ignores the signal is left behind. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  const iterator = source[Symbol.asyncIterator]()
  let finished = false
  try {
    for (;;) {
      const step = await orAborted(iterator.next(), signal)
      if (step.done === true) {
        finished = true
        return
      }
      yield step.value
    }
  } finally {
    if (!finished) iterator.return?.().catch(() => {})
  }
}
