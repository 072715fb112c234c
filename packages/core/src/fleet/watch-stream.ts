import type { Amphora, AmphoraState } from '../amphora.ts'
import { AmphoraComputeError } from '../errors.ts'
import type { Deadline } from '../guard/deadline.ts'
import { streamCall, untilAborted } from '../guard/stream-call.ts'
import { publish } from '../guard/trace.ts'
import type { BoundDriver } from './bound-driver.ts'
import { presentAmphora } from './present.ts'

/** Changes on one binding until the deadline, and then its reason: a stream that ends has failed. */
export async function* watchStream(bound: BoundDriver, deadline: Deadline): AsyncGenerator<Amphora, never, void> {
  const driver = bound.able('watch', bound.definition.capabilities.watch === true)
  const logger = bound.logger.child({ verb: 'watch' })
  const call = streamCall({ driver: bound.name, clock: bound.clock, deadline, logger })
  const states = new Map<string, AmphoraState>()
  deadline.signal.throwIfAborted()
  try {
    for await (const reported of untilAborted(driver.watch(call), deadline.signal)) {
      const amphora = presentAmphora(bound.name, reported)
      tellState(states, amphora)
      yield amphora
    }
  } catch (error) {
    deadline.signal.throwIfAborted()
    throw AmphoraComputeError.from(error, 'internal')
  }
  throw new AmphoraComputeError('The stream of changes ended', { code: 'unavailable', reason: 'core/watch-ended' })
}

function tellState(states: Map<string, AmphoraState>, { id, status }: Amphora): void {
  const from = states.get(id)
  const to = status.state
  if (from !== undefined && from !== to) publish({ kind: 'state', amphoraId: id, from, to })
  if (to === 'deleted') states.delete(id)
  else states.set(id, to)
}
