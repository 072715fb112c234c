import type { FakeClock } from '@amphora/conformance/fake-server'

/**
 * What a fake cloud is still going to do by itself. Work runs when somebody looks and its time has come, in order of
 * time; nothing runs in between, so that no timer outlives a test.
 */
export class Agenda {
  readonly #clock: FakeClock
  readonly #entries = new Set<Entry>()
  readonly #holds = new Map<string, number>()
  #sequence = 0
  #during: number | undefined

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  /** Epoch milliseconds; inside of work the time at which it was due, however late somebody looked. */
  now(): number {
    return this.#during ?? this.#clock.now()
  }

  /** Runs `work` in `ms` milliseconds. All work of a lane can be held. */
  in(ms: number, lane: string, work: () => void): Disposable {
    this.#sequence += 1
    const entry: Entry = { at: this.now() + ms, sequence: this.#sequence, lane, work }
    this.#entries.add(entry)
    return { [Symbol.dispose]: () => void this.#entries.delete(entry) }
  }

  /** Does what is due. Every request and every look at the state begins with it. */
  tick(): void {
    for (;;) {
      const entry = this.#next()
      if (entry === undefined || entry.at > this.#clock.now()) return
      this.#entries.delete(entry)
      const outer = this.#during
      this.#during = Math.max(entry.at, outer ?? entry.at)
      try {
        entry.work()
      } finally {
        this.#during = outer
      }
    }
  }

  /** From now on the lane stands still; disposing of it lets what was due meanwhile happen, at that moment. */
  hold(lane: string): Disposable {
    this.#holds.set(lane, (this.#holds.get(lane) ?? 0) + 1)
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (!held) return
        held = false
        this.#holds.set(lane, (this.#holds.get(lane) ?? 1) - 1)
        for (const entry of this.#entries) if (entry.lane === lane) entry.at = Math.max(entry.at, this.now())
      },
    }
  }

  /** Resolves once nothing is left to do but what is held. */
  async settle(signal?: AbortSignal): Promise<void> {
    this.tick()
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      await this.#clock.sleep(Math.max(0, entry.at - this.#clock.now()), signal)
      this.tick()
    }
  }

  #next(): Entry | undefined {
    let next: Entry | undefined
    for (const entry of this.#entries) {
      if ((this.#holds.get(entry.lane) ?? 0) === 0 && (next === undefined || isBefore(entry, next))) next = entry
    }
    return next
  }
}

interface Entry {
  at: number
  readonly sequence: number
  readonly lane: string
  readonly work: () => void
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}
