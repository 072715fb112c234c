import {
  AmphoraBuildError,
  AmphoraComputeError,
  DeleteFailed,
  InstanceNotFoundError,
  NotSuspendedError,
} from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { toAbortError, toComputeError } from './errors.ts'
import { Failure } from './world/failure.ts'
import { Refusal } from './world/refusal.ts'

describe('what a failure becomes', () => {
  it.each([
    [new Refusal('absent'), { verb: 'getAmphora', id: 'i' }, InstanceNotFoundError, 'not-found'],
    [new Refusal('not-suspended'), { verb: 'resume', id: 'i' }, NotSuspendedError, 'failed-precondition'],
    [new Refusal('foreign'), { verb: 'delete', id: 'i' }, DeleteFailed, 'permission-denied'],
    [new Refusal('no-host'), { verb: 'build', name: 'a' }, AmphoraBuildError, 'resource-exhausted'],
    [new Refusal('busy'), { verb: 'suspend', id: 'i' }, AmphoraComputeError, 'conflict'],
    [new Failure('refuse'), { verb: 'list' }, AmphoraComputeError, 'unavailable'],
    [new Failure('status', { status: 404 }), { verb: 'status', id: 'i' }, InstanceNotFoundError, 'not-found'],
    [new Failure('status', { status: 404 }), { verb: 'build', name: 'a' }, AmphoraBuildError, 'not-found'],
    [new Failure('status'), { verb: 'check' }, AmphoraComputeError, 'internal'],
    [new TypeError('x is not a function'), { verb: 'find', name: 'a' }, AmphoraComputeError, 'internal'],
  ] as const)('%s', (thrown, visit, kind, code) => {
    const error = toComputeError(thrown, visit)
    expect(error).toBeInstanceOf(kind)
    expect(error.name).toBe(kind.name)
    expect(error.code).toBe(code)
  })

  it('names the amphora and the reason', () => {
    expect(toComputeError(new Refusal('foreign'), { verb: 'suspend', id: 'i' })).toMatchObject({
      amphoraId: 'i',
      reason: 'noop/foreign',
    })
  })
})

describe('what an abort becomes', () => {
  it('its reason where that is one of core’s errors, and cancelled otherwise', () => {
    const reason = new AmphoraComputeError('late', { code: 'deadline-exceeded' })
    expect(toAbortError(AbortSignal.abort(reason))).toBe(reason)
    expect(toAbortError(AbortSignal.abort('because')).code).toBe('cancelled')
  })
})
