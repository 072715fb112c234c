import type { Amphora, AmphoraState } from '../amphora.ts'
import type { CallOptions } from '../compute.ts'
import { AmphoraComputeError, InstanceNotFoundError } from '../errors.ts'
import { orAborted } from '../guard/abort.ts'
import type { BoundDriver } from './bound-driver.ts'
import { joinId } from './id.ts'
import type { Lookout } from './lookout.ts'
import { checkCallOptions, DEFAULT_WAIT_MS } from './timeouts.ts'

type Verdict = { readonly reached: Amphora | undefined } | { readonly failed: AmphoraComputeError } | undefined

/**
 * Waits until an amphora is in a state; `undefined` is what `deleted` resolves to. Outages are waited through until
 * the deadline, since they say nothing about the amphora.
 */
export async function waitForState(
  bound: BoundDriver,
  lookout: Lookout,
  id: string,
  wanted: AmphoraState,
  options: CallOptions,
): Promise<Amphora | undefined> {
  checkCallOptions(options)
  const amphoraId = joinId(bound.name, id)
  const ms = options.timeoutMs ?? bound.definition.wait?.timeoutMs ?? DEFAULT_WAIT_MS
  const deadline = bound.deadline(ms, options)
  let seen: AmphoraState | undefined
  let trouble: AmphoraComputeError | undefined

  const end = open<Amphora | undefined>()
  const see = (amphora: Amphora | undefined): void => {
    const state = amphora?.status.state ?? 'deleted'
    seen = state
    trouble = undefined
    const verdict = judge(amphoraId, amphora, wanted)
    if (verdict === undefined) return
    if ('failed' in verdict) end.reject(verdict.failed)
    else end.resolve(verdict.reached)
  }
  const fail = (error: AmphoraComputeError, isFinal: boolean): void => {
    trouble = error
    if (isFinal) end.reject(error)
  }
  const leave = lookout.add({ amphoraId, see, fail }, deadline.signal)
  try {
    return await orAborted(end.promise, deadline.signal)
  } catch (error) {
    if (deadline.reason === undefined) throw error
    throw outOfTime(deadline.reason, { amphoraId, wanted, seen, trouble })
  } finally {
    leave()
    deadline.close()
  }
}

function open<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: AmphoraComputeError) => void } {
  let settle: { resolve: (value: T) => void; reject: (error: AmphoraComputeError) => void } | undefined
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) }
}

function judge(amphoraId: string, amphora: Amphora | undefined, wanted: AmphoraState): Verdict {
  if (amphora === undefined) {
    if (wanted === 'deleted') return { reached: undefined }
    return {
      failed: new InstanceNotFoundError(`Cannot wait for ${amphoraId} to be ${wanted}: it does not exist`, {
        amphoraId,
      }),
    }
  }
  const { state, fault, reason, raw } = amphora.status
  if (state === wanted) return { reached: state === 'deleted' ? undefined : amphora }
  const isOver = state === 'deleted' || (state === 'error' && wanted !== 'deleted')
  if (!isOver) return undefined
  const why = fault === undefined ? '' : `: ${fault}`
  const message = `Cannot wait for ${amphoraId} to be ${wanted}: it is ${state} (${raw})${why}`
  return { failed: new AmphoraComputeError(message, { code: 'failed-precondition', reason, amphoraId }) }
}

function outOfTime(
  reason: AmphoraComputeError,
  {
    amphoraId,
    wanted,
    seen,
    trouble,
  }: {
    readonly amphoraId: string
    readonly wanted: AmphoraState
    readonly seen: AmphoraState | undefined
    readonly trouble: AmphoraComputeError | undefined
  },
): AmphoraComputeError {
  const last = seen === undefined ? 'it was never seen' : `it was last seen ${seen}`
  const hindered = trouble === undefined ? '' : `; the last look failed: ${trouble.message}`
  return new AmphoraComputeError(
    `Cannot wait for ${amphoraId} to be ${wanted}: ${reason.message}; ${last}${hindered}`,
    {
      code: reason.code,
      reason: reason.reason,
      amphoraId,
      cause: trouble ?? reason.cause,
    },
  )
}
