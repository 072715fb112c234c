/** A failure that the reader can act on: its message is the whole story. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}

/** Fails the step unless what it says is so. */
export function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new DemoError(otherwise)
}

/** The refusal that a call is to end in. Fails the step where the call succeeds, and hands on any other failure. */
export async function refusal<E extends Error>(
  what: string,
  kind: new (...args: never[]) => E,
  call: () => Promise<unknown>,
): Promise<E> {
  try {
    await call()
  } catch (error) {
    if (error instanceof kind) return error
    throw error
  }
  throw new DemoError(`${what} must be refused with ${kind.name}, and was not`)
}
