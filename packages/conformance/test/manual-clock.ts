import type { FakeClock } from '../src/fake-server/clock.ts'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Time that stands still until it is advanced. */
export class ManualClock implements FakeClock {
  #now = 0
  readonly #sleepers = new Set<Sleeper>()
  readonly #watchers = new Set<() => void>()

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Error('aborted'))
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        this.#sleepers.delete(sleeper)
        resolve()
      }
      const abort = (): void => {
        this.#sleepers.delete(sleeper)
        reject(new Error('aborted'))
      }
      const sleeper = { at: this.#now + ms, wake }
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.add(sleeper)
      for (const watcher of this.#watchers) watcher()
      this.#watchers.clear()
    })
  }

  advance(ms: number): void {
    this.#now += ms
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake()
  }

  /** Resolves as soon as somebody sleeps. */
  async asleep(): Promise<void> {
    if (this.#sleepers.size > 0) return
    await new Promise<void>((resolve) => this.#watchers.add(resolve))
  }
}
