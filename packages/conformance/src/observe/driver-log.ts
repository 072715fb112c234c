import type { DriverVerb } from '@amphora/core'

/** One call of core on the driver, as it was answered. */
export interface DriverCall {
  readonly verb: DriverVerb
  /** The id or the name that it was about. */
  readonly about: string | undefined
  /** Milliseconds between the abort of its signal and its end; `undefined` where it was not aborted or has not ended. */
  readonly msAfterAbort: number | undefined
  /** What it rejected with. */
  readonly error?: unknown
  /** Whether a stream came to its end by itself. */
  readonly exhausted?: boolean
  /** What a stream gave so far; what any other call resolved to, once it has. */
  readonly answers: readonly unknown[]
  /** Settles when the call has, and never rejects. */
  readonly settled: Promise<void>
}

/** What core asked of a driver, oldest first. */
export class DriverLog {
  /** The drivers as their plugin made them: to be inspected, not to be called. */
  readonly drivers: object[] = []
  readonly #calls: DriverCall[] = []
  readonly #waiting: (() => void)[] = []

  get all(): readonly DriverCall[] {
    return this.#calls
  }

  of(verb: DriverVerb): readonly DriverCall[] {
    return this.#calls.filter((call) => call.verb === verb)
  }

  count(verb?: DriverVerb): number {
    return verb === undefined ? this.#calls.length : this.of(verb).length
  }

  /** The call of this verb that comes after `seen` others, as soon as there is one. */
  async next(verb: DriverVerb, seen: number): Promise<DriverCall> {
    for (;;) {
      const call = this.of(verb)[seen]
      if (call !== undefined) return call
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  add(call: DriverCall): void {
    this.#calls.push(call)
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
