import { Flights, type Clock } from '@amphora/core'

/** Answers that stay good for a while, each asked for once however many want it. A failure is not kept. */
export class Cached<T> {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #lifeMs: number
  readonly #flights = new Flights<T>()
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>()

  constructor(clock: Pick<Clock, 'monotonic'>, lifeMs: number) {
    this.#clock = clock
    this.#lifeMs = lifeMs
  }

  /** `load` gets a signal that stands for all who wait. */
  async get(key: string, signal: AbortSignal, load: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const kept = this.peek(key)
    if (kept !== undefined) return kept
    return this.#flights.join(key, signal, async (shared) => {
      const value = await load(shared)
      this.put(key, value)
      return value
    })
  }

  /** What is kept and still good. */
  peek(key: string): T | undefined {
    const kept = this.#kept.get(key)
    return kept !== undefined && kept.until > this.#clock.monotonic() ? kept.value : undefined
  }

  /** What was learnt in another way. */
  put(key: string, value: T): void {
    this.#forgetOld()
    this.#kept.set(key, { value, until: this.#clock.monotonic() + this.#lifeMs })
  }

  /** The next one who wants it asks anew. */
  forget(key: string): void {
    this.#kept.delete(key)
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic()
    for (const [key, { until }] of this.#kept) if (until <= now) this.#kept.delete(key)
  }
}
