import type { Amphora } from '../amphora.ts'
import { AmphoraComputeError, InstanceNotFoundError } from '../errors.ts'
import { withoutEnd, type Deadline } from '../guard/deadline.ts'
import type { BoundDriver } from './bound-driver.ts'
import { joinId } from './id.ts'
import { listAll } from './lister.ts'
import { presentAmphora } from './present.ts'
import { DEFAULT_POLL_MS } from './timeouts.ts'
import { watchStream } from './watch-stream.ts'

/** From so many on, one list serves all who wait better than a question for each. */
const SHARED_FROM = 8
const LONGEST_POLL_MS = 30_000

/** Who waits for one amphora. */
export interface Watcher {
  /** The backend's own id. */
  readonly id: string
  /** What the backend says now; `undefined` where it says that there is nothing. */
  see(amphora: Amphora | undefined): void
  /** Looking has failed. `isFinal` where looking again cannot help. */
  fail(error: AmphoraComputeError, isFinal: boolean): void
}

/** Looks at one binding for everybody who waits on it, and only while somebody does. */
export class Lookout {
  readonly #bound: BoundDriver
  readonly #random: () => number
  readonly #watchers = new Set<Watcher>()
  #running: AbortController | undefined
  #youngestSince = 0

  constructor(bound: BoundDriver, random: () => number) {
    this.#bound = bound
    this.#random = random
  }

  /** Looks until the returned function is called. */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    this.#youngestSince = this.#bound.clock.monotonic()
    if (this.#running === undefined) this.#start()
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size === 0) this.#stop()
    }
  }

  /** One look at one amphora. */
  async look(id: string, signal?: AbortSignal): Promise<Amphora | undefined> {
    const amphoraId = joinId(this.#bound.name, id)
    try {
      const reported = await this.#bound.call(
        'getAmphora',
        { of: amphoraId, amphoraId },
        signal === undefined ? {} : { signal },
        (call) => this.#bound.driver.getAmphora(id, call),
      )
      return presentAmphora(this.#bound.name, reported)
    } catch (error) {
      if (error instanceof InstanceNotFoundError) return undefined
      throw error
    }
  }

  #start(): void {
    const stopped = new AbortController()
    this.#running = stopped
    void this.#run(withoutEnd(AbortSignal.any([stopped.signal, this.#bound.closing])))
  }

  #stop(): void {
    this.#running?.abort(new AmphoraComputeError('Nobody waits any more', { code: 'cancelled' }))
    this.#running = undefined
  }

  async #run(deadline: Deadline): Promise<void> {
    const { signal } = deadline
    const streams = this.#bound.definition.capabilities.watch === true
    const pause = (): Promise<void> => this.#bound.clock.sleep(this.#pauseMs(), signal).catch(() => {})
    while (!signal.aborted) {
      if (!streams) await pause()
      try {
        if (streams) await this.#stream(deadline)
        else await this.#poll(signal)
      } catch (thrown) {
        if (signal.aborted) return
        this.#tellFailure(AmphoraComputeError.from(thrown, 'internal'))
        if (streams) await pause()
      }
    }
  }

  async #stream(deadline: Deadline): Promise<void> {
    for await (const amphora of watchStream(this.#bound, deadline)) {
      if (amphora.status.state === 'deleted') await this.#confirm(amphora.id, deadline.signal)
      else this.#tell(amphora.id, amphora)
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const ids = new Set([...this.#watchers].map((watcher) => watcher.id))
    if (ids.size < SHARED_FROM) {
      await Promise.all([...ids].map((id) => this.#confirm(joinId(this.#bound.name, id), signal)))
      return
    }
    const missing = new Set([...ids].map((id) => joinId(this.#bound.name, id)))
    for await (const amphora of listAll(this.#bound, { signal })) {
      if (missing.delete(amphora.id)) this.#tell(amphora.id, amphora)
    }
    await Promise.all([...missing].map((amphoraId) => this.#confirm(amphoraId, signal)))
  }

  /** What a list or a stream no longer shows is gone only once the backend says so of the amphora itself. */
  async #confirm(amphoraId: string, signal: AbortSignal): Promise<void> {
    const id = amphoraId.slice(this.#bound.name.length + 1)
    if (![...this.#watchers].some((watcher) => watcher.id === id)) return
    this.#tell(amphoraId, await this.look(id, signal))
  }

  #tell(amphoraId: string, amphora: Amphora | undefined): void {
    for (const watcher of this.#watchers) {
      if (joinId(this.#bound.name, watcher.id) === amphoraId) watcher.see(amphora)
    }
  }

  #tellFailure(error: AmphoraComputeError): void {
    const isFinal = !error.recovery.tripsBreaker && error.recovery.retry !== 'with-backoff'
    for (const watcher of this.#watchers) watcher.fail(error, isFinal)
  }

  /** Grows with the time for which the youngest has waited. */
  #pauseMs(): number {
    const first = this.#bound.definition.wait?.pollMs ?? DEFAULT_POLL_MS
    const age = this.#bound.clock.monotonic() - this.#youngestSince
    const longest = Math.max(first, Math.min(10 * first, LONGEST_POLL_MS))
    return Math.min(longest, Math.max(first, age / 4)) * (0.8 + 0.4 * this.#random())
  }
}
