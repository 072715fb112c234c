import type { Amphora } from '../amphora.ts'
import { AmphoraComputeError } from '../errors.ts'
import type { Deadline } from '../guard/deadline.ts'
import { streamCall, untilAborted } from '../guard/stream-call.ts'
import type { BoundDriver } from './bound-driver.ts'
import { presentAmphora } from './present.ts'

/** Changes on one binding until the deadline, and then its reason: a stream that ends has failed. */
export async function* watchStream(bound: BoundDriver, deadline: Deadline): AsyncGenerator<Amphora, never, void> {
  const driver = bound.able('watch', bound.definition.capabilities.watch === true)
  const logger = bound.logger.child({ verb: 'watch' })
  const call = streamCall({ driver: bound.name, clock: bound.clock, deadline, logger })
  deadline.signal.throwIfAborted()
  try {
    for await (const reported of untilAborted(driver.watch(call), deadline.signal)) {
      yield presentAmphora(bound.name, reported)
    }
  } catch (error) {
    deadline.signal.throwIfAborted()
    throw AmphoraComputeError.from(error, 'internal')
  }
  throw new AmphoraComputeError('The stream of changes ended', { code: 'unavailable', reason: 'core/watch-ended' })
}
