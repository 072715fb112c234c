import { AmphoraComputeError } from '@amphora/core'

/** A record without a name and metadata proves nothing, and so nothing may be concluded from what is seen. */
export function cellDown(): AmphoraComputeError {
  return new AmphoraComputeError('a cell of Nova does not answer, so what it holds is not known', {
    code: 'unavailable',
    reason: 'nova/cell-down',
  })
}

/** Nova answers 409 to what its state forbids, which the status alone does not tell from a passing task. */
export function wrongState(thrown: AmphoraComputeError, what: string, isLocked: boolean): AmphoraComputeError {
  const { cause } = thrown
  if (isLocked) {
    return new AmphoraComputeError('it is locked; whoever locked it must unlock it first', {
      code: 'failed-precondition',
      reason: 'nova/locked',
      cause,
    })
  }
  return new AmphoraComputeError(`it is ${what}, which does not allow it`, {
    code: 'failed-precondition',
    reason: 'nova/wrong-state',
    cause,
  })
}
