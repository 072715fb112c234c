import {
  AmphoraBuildError,
  AmphoraComputeError,
  buildError,
  InstanceNotFoundError,
  NotSuspendedError,
  type BuildOrder,
} from '@amphora/core'
import { OpenStackError } from '../openstack-error.ts'

/** What a failed create leaves behind, by what the service made of the request. */
export function createError(thrown: unknown, order: BuildOrder): AmphoraBuildError {
  const isDefinite = isRefused(thrown) || (thrown instanceof OpenStackError && thrown.verdict === 'unsent')
  return buildError(thrown, order, isDefinite ? 'not-created' : 'in-doubt')
}

/** A build that is refused by what we found. */
export function refused(
  order: BuildOrder,
  code: AmphoraBuildError['code'],
  reason: string,
  message: string,
): AmphoraBuildError {
  return new AmphoraBuildError(message, { code, reason, outcome: 'not-created', amphoraName: order.name })
}

/** A build under a name that another request has taken. */
export function otherOrder(order: BuildOrder, prefix: string): AmphoraBuildError {
  return refused(
    order,
    'already-exists',
    `${prefix}/other-order`,
    'an amphora that another request has built has the name; take another name, or delete that one first',
  )
}

/** A success that is not what was promised: what was asked may have been done. */
export function unreadable(peer: string, step: string, prefix: string): AmphoraComputeError {
  return new AmphoraComputeError(`${peer} was asked to ${step} and answered with something else`, {
    code: 'internal',
    reason: `${prefix}/unreadable-answer`,
  })
}

/** What the backend does not have, and what is not ours. */
export function notFound(): InstanceNotFoundError {
  return new InstanceNotFoundError('there is none of ours with this id')
}

/** Something that bears another mark than ours, or none. */
export function foreign(prefix: string, what = 'it'): AmphoraComputeError {
  return new AmphoraComputeError(`${what} is not ours to change`, {
    code: 'permission-denied',
    reason: `${prefix}/foreign`,
  })
}

/** A resume of what the backend says is not suspended. */
export function notSuspended(prefix: string): NotSuspendedError {
  return new NotSuspendedError('it is not suspended', { reason: `${prefix}/not-suspended` })
}

/** Whether it is a definite refusal: nothing was done. */
export function isRefused(thrown: unknown): thrown is OpenStackError {
  return thrown instanceof OpenStackError && thrown.verdict === 'refused' && !thrown.recovery.inDoubt
}

/** Whether a service answered with this status. */
export function hasStatus(thrown: unknown, status: number): thrown is OpenStackError {
  return thrown instanceof OpenStackError && thrown.status === status
}

/** Whether the service itself says that there is none. */
export function isAbsent(thrown: unknown): thrown is OpenStackError {
  return hasStatus(thrown, 404) && thrown.code === 'not-found'
}

/** What the request is to blame for, as a problem; what the cloud is, as an error. */
export async function orProblem<T extends object>(work: Promise<T>, prefix: string): Promise<T | string> {
  try {
    return await work
  } catch (thrown) {
    const { message, code, reason } = AmphoraComputeError.from(thrown, 'internal')
    const isTheirs = reason?.startsWith(`${prefix}/`) === true && ['not-found', 'invalid-argument'].includes(code)
    if (isTheirs) return message
    throw thrown
  }
}
