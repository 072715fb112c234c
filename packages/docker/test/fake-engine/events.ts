/** What happened, as the engine tells it: the last 256 are kept, and whoever listens hears the new ones. */
export class FakeEvents {
  readonly #kept: FakeEvent[] = []
  readonly #listeners = new Set<(event: FakeEvent) => void>()
  #last = 0

  emit(action: string, id: string, attributes: Readonly<Record<string, string>>): void {
    const nano = Math.max(Date.now() * 1e6, this.#last + 1024)
    this.#last = nano
    const event: FakeEvent = {
      status: action,
      id,
      from: attributes['image'] ?? '',
      Type: 'container',
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: 'local',
      time: Math.floor(nano / 1e9),
      timeNano: nano,
    }
    this.#kept.push(event)
    if (this.#kept.length > 256) this.#kept.shift()
    for (const listener of this.#listeners) listener(event)
  }

  /** Every event since a time (seconds) that a filter lets through, as lines; until the reader has gone. */
  async *follow(since: number, wants: (event: FakeEvent) => boolean, gone: AbortSignal): AsyncGenerator<string> {
    const queue = this.#kept.filter((event) => event.timeNano >= since * 1e9)
    let wake = (): void => {}
    const listener = (event: FakeEvent): void => {
      queue.push(event)
      wake()
    }
    this.#listeners.add(listener)
    gone.addEventListener('abort', () => wake(), { once: true })
    try {
      while (!gone.aborted) {
        for (const event of queue.splice(0)) if (wants(event)) yield `${JSON.stringify(event)}\n`
        if (!gone.aborted && queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }
}

export interface FakeEvent {
  readonly status: string
  readonly id: string
  readonly from: string
  readonly Type: 'container'
  readonly Action: string
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> }
  readonly scope: 'local'
  readonly time: number
  readonly timeNano: number
}
