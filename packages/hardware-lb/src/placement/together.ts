import { AmphoraComputeError } from '@amphora/core'

/**
 * Does the same for all at once. Where one fails the others are called off, and it rejects with that first failure once
 * all of them have ended: nothing is still under way when the caller goes on.
 */
export async function together<T, R>(
  all: readonly T[],
  signal: AbortSignal,
  act: (one: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const calledOff = new AbortController()
  const joined = AbortSignal.any([signal, calledOff.signal])
  let first: { readonly thrown: unknown } | undefined
  const ends = await Promise.all(
    all.map(async (one) => {
      try {
        return { done: await act(one, joined) }
      } catch (thrown) {
        first ??= { thrown }
        calledOff.abort(new AmphoraComputeError('another appliance has failed', { code: 'cancelled' }))
        return undefined
      }
    }),
  )
  if (first !== undefined) throw first.thrown
  return ends.flatMap((end) => (end === undefined ? [] : [end.done]))
}
