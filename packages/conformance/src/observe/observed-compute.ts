import { isIterable } from './observed-driver.ts'
import type { Witness } from './witness.ts'

/** The same `Compute`, with every error that it gives its callers shown to the witness, and `answered` told the rest. */
export function observedCompute<T extends object>(
  compute: T,
  witness: Witness,
  where: string,
  answered: (method: string, answer: unknown) => void,
): T {
  return new Proxy(compute, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      const name = `compute.${String(key)} (${where})`
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args)
        if (isIterable(result)) return seenStream(result, witness, name)
        if (!(result instanceof Promise)) return result
        return seen(result, witness, name, (answer) => answered(String(key), answer))
      }
    },
  })
}

async function seen(
  result: Promise<unknown>,
  witness: Witness,
  name: string,
  answered: (answer: unknown) => void,
): Promise<unknown> {
  try {
    const answer = await result
    answered(answer)
    return answer
  } catch (error) {
    witness.error(name, error)
    throw error
  }
}

async function* seenStream<T>(stream: AsyncIterable<T>, witness: Witness, name: string): AsyncGenerator<T, void, void> {
  try {
    yield* stream
  } catch (error) {
    witness.error(name, error)
    throw error
  }
}
