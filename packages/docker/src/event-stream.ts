import type { Clock } from '@amphora/core'
import type { Client } from './client.ts'
import { EngineError } from './errors.ts'
import { jsonLines } from './json-lines.ts'
import { LABELS } from './ownership.ts'
import { ENGINE_ID, readEvent } from './read-wire.ts'

/** The engine's events, read as they come, and kept by container until they are taken: a slow reader costs no memory. */
export class EventStream {
  readonly #touched = new Set<string>()
  readonly #gone = new Map<string, string>()
  readonly #closing: AbortController
  readonly #unlink: () => void
  #failure: unknown
  #hasEnded = false
  #wake: () => void = () => {}

  static async open(client: Client, owner: string, since: string, signal: AbortSignal): Promise<EventStream> {
    const stream = new EventStream(signal)
    try {
      const { response } = await client.events(owner, since, stream.#closing.signal)
      void stream.#read(jsonLines(response, { step: 'events', signal: stream.#closing.signal }))
      return stream
    } catch (thrown) {
      stream.close()
      throw thrown
    }
  }

  private constructor(signal: AbortSignal) {
    this.#closing = new AbortController()
    const stop = (): void => this.#closing.abort(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    this.#unlink = () => signal.removeEventListener('abort', stop)
  }

  /** True as soon as there is something to take, false after `ms` milliseconds. Rejects where the stream is lost. */
  async some(ms: number, clock: Clock): Promise<boolean> {
    if (!this.#hasNews()) {
      const rung = new Promise<void>((resolve) => (this.#wake = resolve))
      const timer = new AbortController()
      const slept = clock.sleep(ms, timer.signal).catch(() => {})
      await Promise.race([rung, slept])
      timer.abort()
    }
    if (this.#hasEnded) throw this.#failure
    return this.#hasNews()
  }

  take(): { readonly touched: readonly string[]; readonly gone: ReadonlyMap<string, string> } {
    const taken = { touched: [...this.#touched], gone: new Map(this.#gone) }
    this.#touched.clear()
    this.#gone.clear()
    return taken
  }

  close(): void {
    this.#unlink()
    this.#closing.abort()
  }

  async #read(lines: AsyncIterable<unknown>): Promise<void> {
    try {
      for await (const json of lines) this.#note(json)
      this.#failure = new EngineError('the engine ended its stream of events', {
        step: 'events',
        verdict: 'unsure',
        code: 'unavailable',
        reason: 'docker/connection-lost',
      })
    } catch (thrown) {
      this.#failure = thrown
    }
    this.#hasEnded = true
    this.#wake()
  }

  #note(json: unknown): void {
    const event = readEvent(json)
    if (event === undefined || !ENGINE_ID.test(event.id)) return
    if (event.action === 'destroy') {
      this.#touched.delete(event.id)
      this.#gone.set(event.id, event.attributes[LABELS.name] ?? '')
    } else this.#touched.add(event.id)
    this.#wake()
  }

  #hasNews(): boolean {
    return this.#hasEnded || this.#touched.size > 0 || this.#gone.size > 0
  }
}
