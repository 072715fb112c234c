import type { Amphora } from '../amphora.ts'
import { AmphoraComputeError, InstanceNotFoundError } from '../errors.ts'
import { withoutEnd, type Deadline } from '../guard/deadline.ts'
import type { BoundDriver } from './bound-driver.ts'
import { listAll } from './lister.ts'
import { presentAmphora } from './present.ts'
import { StateChanges } from './state-changes.ts'
import { DEFAULT_POLL_MS } from './timeouts.ts'
import { watchStream } from './watch-stream.ts'

/** From so many on, one list or stream serves all who wait better than a question for each. */
const SHARED_FROM = 8
const LONGEST_POLL_MS = 30_000
/** Beside a stream, all is looked at in every such turn. */
const LOOKED_AT_EVERY = 10

/** Who waits for one amphora. */
export interface Watcher {
  /** Routable. */
  readonly amphoraId: string
  /** What the backend says now; `undefined` where it says that there is nothing. */
  see(amphora: Amphora | undefined): void
  /** Looking has failed. `isFinal` where looking again cannot help. */
  fail(error: AmphoraComputeError, isFinal: boolean): void
}

/** Looks at one binding for everybody who waits on it, and only while somebody does. */
export class Lookout {
  readonly #bound: BoundDriver
  readonly #random: () => number
  readonly #watchers = new Map<string, Set<Watcher>>()
  readonly #changes = new StateChanges()
  /** Nobody has looked at them yet: the next list will. */
  readonly #unseen = new Set<string>()
  #running: AbortController | undefined
  #youngestSince = 0

  constructor(bound: BoundDriver, random: () => number) {
    this.#bound = bound
    this.#random = random
  }

  /** Looks until the returned function is called: at once, or with the next list where many wait. */
  add(watcher: Watcher, signal: AbortSignal): () => void {
    const { amphoraId } = watcher
    const others = this.#watchers.get(amphoraId)
    if (others === undefined) this.#watchers.set(amphoraId, new Set([watcher]))
    else others.add(watcher)
    this.#youngestSince = this.#bound.clock.monotonic()
    if (this.#running === undefined) this.#start()
    if (this.#watchers.size >= SHARED_FROM) this.#unseen.add(amphoraId)
    else {
      this.#look(amphoraId, signal).then(
        (amphora) => watcher.see(amphora),
        (error: unknown) => this.#tellFailure(AmphoraComputeError.from(error), [watcher]),
      )
    }
    return () => this.#remove(watcher)
  }

  get #streams(): boolean {
    return this.#bound.definition.capabilities.watch === true
  }

  get #isShared(): boolean {
    return this.#watchers.size >= SHARED_FROM
  }

  /** A stream that costs a list to begin with is for many; its driver says for how many. */
  get #isStreamed(): boolean {
    return this.#streams && this.#watchers.size >= (this.#bound.definition.wait?.streamFrom ?? 1)
  }

  #remove(watcher: Watcher): void {
    const others = this.#watchers.get(watcher.amphoraId)
    others?.delete(watcher)
    if (others?.size === 0) {
      this.#watchers.delete(watcher.amphoraId)
      this.#unseen.delete(watcher.amphoraId)
      this.#changes.forget(watcher.amphoraId)
    }
    if (this.#watchers.size === 0) this.#stop()
  }

  async #look(amphoraId: string, signal: AbortSignal): Promise<Amphora | undefined> {
    const amphora = await this.#ask(amphoraId.slice(this.#bound.name.length + 1), amphoraId, signal)
    if (this.#watchers.has(amphoraId)) this.#changes.see(amphoraId, amphora)
    return amphora
  }

  async #ask(id: string, amphoraId: string, signal: AbortSignal): Promise<Amphora | undefined> {
    try {
      const reported = await this.#bound.call('getAmphora', { of: amphoraId, amphoraId }, { signal }, (call) =>
        this.#bound.driver.getAmphora(id, call),
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
    void this.#run(withoutEnd(AbortSignal.any([stopped.signal, this.#bound.closing.signal])))
  }

  #stop(): void {
    this.#running?.abort(new AmphoraComputeError('Nobody waits any more', { code: 'cancelled' }))
    this.#running = undefined
  }

  async #run(deadline: Deadline): Promise<void> {
    const { signal } = deadline
    while (!signal.aborted) {
      if (!this.#isStreamed) await this.#pause(signal).catch(() => {})
      try {
        if (this.#isStreamed) await this.#stream(deadline)
        else if (!signal.aborted) await this.#poll(signal)
      } catch (thrown) {
        if (signal.aborted) return
        this.#tellFailure(AmphoraComputeError.from(thrown, 'internal'), this.#everybody())
        if (this.#isStreamed) await this.#pause(signal).catch(() => {})
      }
    }
  }

  /** Cut short by whoever comes to wait meanwhile. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.#bound
    const begun = clock.monotonic()
    const jitter = 0.8 + 0.4 * this.#random()
    do await clock.sleep(this.#firstPauseMs * jitter, signal)
    while (clock.monotonic() - begun < this.#pauseMs())
  }

  async #stream(deadline: Deadline): Promise<void> {
    const isOver = new AbortController()
    const signal = AbortSignal.any([isOver.signal, deadline.signal])
    this.#lookBesides(signal).catch(() => {})
    try {
      for await (const amphora of watchStream(this.#bound, deadline)) {
        if (amphora.status.state === 'deleted') await this.#confirm(amphora.id, deadline.signal)
        else this.#show(amphora)
      }
    } finally {
      isOver.abort(new AmphoraComputeError('The stream is over', { code: 'cancelled' }))
    }
  }

  /** A stream never tells of what vanished before it began, and may lose what it should tell: so all is looked at, too. */
  async #lookBesides(signal: AbortSignal): Promise<void> {
    const { clock } = this.#bound
    for (let turn = 0; ; turn += 1) {
      await clock.sleep(this.#firstPauseMs, signal)
      if (turn % LOOKED_AT_EVERY > 0 && this.#unseen.size === 0) continue
      await this.#poll(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#tellFailure(AmphoraComputeError.from(error, 'internal'), this.#everybody())
      })
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const missing = new Set(this.#watchers.keys())
    if (this.#isShared) {
      for await (const amphora of listAll(this.#bound, { signal })) {
        if (missing.delete(amphora.id)) this.#show(amphora)
      }
    }
    await Promise.all([...missing].map((amphoraId) => this.#confirm(amphoraId, signal)))
  }

  /** What a list or a stream no longer shows is gone only once the backend says so of the amphora itself. */
  async #confirm(amphoraId: string, signal: AbortSignal): Promise<void> {
    if (!this.#watchers.has(amphoraId)) return
    const amphora = await this.#look(amphoraId, signal)
    this.#tell(amphoraId, amphora)
  }

  #show(amphora: Amphora): void {
    if (!this.#watchers.has(amphora.id)) return
    this.#changes.see(amphora.id, amphora)
    this.#tell(amphora.id, amphora)
  }

  #tell(amphoraId: string, amphora: Amphora | undefined): void {
    this.#unseen.delete(amphoraId)
    for (const watcher of this.#watchers.get(amphoraId) ?? []) watcher.see(amphora)
  }

  #tellFailure(error: AmphoraComputeError, watchers: Iterable<Watcher>): void {
    const isFinal = !error.recovery.tripsBreaker && error.recovery.retry !== 'with-backoff'
    for (const watcher of watchers) watcher.fail(error, isFinal)
  }

  #everybody(): readonly Watcher[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers])
  }

  get #firstPauseMs(): number {
    return this.#bound.definition.wait?.pollMs ?? DEFAULT_POLL_MS
  }

  /** Grows with the time for which the youngest has waited. */
  #pauseMs(): number {
    const first = this.#firstPauseMs
    const age = this.#bound.clock.monotonic() - this.#youngestSince
    const longest = Math.max(first, Math.min(10 * first, LONGEST_POLL_MS))
    return Math.min(longest, Math.max(first, age / 4))
  }
}
