/** The last so many of what was learnt; what is longest unchanged is forgotten first. */
export class Remembered<T> {
  readonly #most: number
  readonly #entries = new Map<string, T>()

  constructor(most: number) {
    this.#most = most
  }

  /** What is remembered under the key. */
  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  /** Whether anything is remembered under the key. */
  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** Remembers it as the youngest; the oldest is forgotten where there are too many. */
  set(key: string, value: T): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest)
  }

  /** Forgets what is under the key. */
  delete(key: string): void {
    this.#entries.delete(key)
  }
}
