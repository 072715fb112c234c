import { AmphoraComputeError } from '@amphora/core'

/** A secret, or where to get it: a function is asked again for every login, so that what it gives may change. */
export type SecretSource = string | (() => string | Promise<string>)

/** Holds a secret so that nothing shows it: no property, no JSON, no inspection. */
export class Secret {
  readonly #source: SecretSource

  constructor(source: SecretSource) {
    this.#source = source
  }

  /** Whether asking again may give something else. */
  get mayChange(): boolean {
    return typeof this.#source === 'function'
  }

  /** @throws {AmphoraComputeError} where the function fails, or gives no text that can go into a header. */
  async reveal(what: string): Promise<string> {
    const value = await this.#ask(what)
    if (isSecretText(value)) return value
    throw new AmphoraComputeError(`the function that gives the ${what} gave no text, or one with control characters`, {
      code: 'failed-precondition',
      reason: 'openstack/secret',
    })
  }

  /** A placeholder. */
  toJSON(): string {
    return HIDDEN
  }

  /** A placeholder. */
  toString(): string {
    return HIDDEN
  }

  async #ask(what: string): Promise<unknown> {
    if (typeof this.#source === 'string') return this.#source
    try {
      return await this.#source()
    } catch {
      // What was thrown may quote what was read.
      throw new AmphoraComputeError(`the function that gives the ${what} failed`, {
        code: 'failed-precondition',
        reason: 'openstack/secret',
      })
    }
  }
}

const HIDDEN = '[redacted]'

/** Something in it, and nothing that would end a header. */
export function isSecretText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cc}/u.test(value)
}
