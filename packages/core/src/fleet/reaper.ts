import type { Clock } from '../clock.ts'
import type { Call } from '../driver.ts'
import type { ErrorCode } from '../error-code.ts'
import { AmphoraComputeError } from '../errors.ts'
import { orAborted } from '../guard/abort.ts'
import { openDeadline } from '../guard/deadline.ts'
import { ourStop } from '../guard/stop.ts'
import { publish } from '../guard/trace.ts'
import type { GuardedVerb } from '../guard/verbs.ts'
import type { BoundDriver } from './bound-driver.ts'
import { joinId } from './id.ts'
import { attemptLimit } from './timeouts.ts'

const CALL_MS = 10_000
const LOOK_EVERY_MS = 2_000

/**
 * Deletes what a build made after its caller had gone, under a name that core made: nobody can repeat that name, so
 * nobody would ever ask for it. A name that a caller chose is left alone, since its repeat is entitled to the instance.
 */
export class Reaper {
  readonly #stop = new AbortController()
  readonly #work = new Map<string, { readonly spared: AbortController; readonly done: Promise<void> }>()

  /** Begins to look after a build in doubt. `late` is the driver's own end, where it is still out. */
  reap(bound: BoundDriver, name: string, code: ErrorCode, late: Promise<string> | undefined): void {
    const spared = new AbortController()
    const signal = AbortSignal.any([spared.signal, this.#stop.signal])
    const key = joinId(bound.name, name)
    const done = this.#look(bound, name, code, late, signal)
      .catch((error: unknown) => {
        if (signal.aborted) return
        const { code: why } = AmphoraComputeError.from(error)
        bound.logger.warn({ amphoraName: name, code: why }, 'a build in doubt could not be looked after; list shows it')
      })
      .finally(() => this.#work.delete(key))
    this.#work.set(key, { spared, done })
  }

  /** The caller builds under this name again after all, as its error told it to. */
  spare(bound: BoundDriver, name: string): void {
    this.#work.get(joinId(bound.name, name))?.spared.abort()
  }

  /** Waits for what is under way, for at most `ms` milliseconds, and then stops it. */
  async drain(ms: number, clock: Clock): Promise<void> {
    const finished = new AbortController()
    const all = Promise.all([...this.#work.values()].map((work) => work.done))
    await Promise.race([all, clock.sleep(ms, finished.signal).catch(() => {})])
    finished.abort()
    this.#stop.abort()
  }

  async #look(
    bound: BoundDriver,
    name: string,
    code: ErrorCode,
    late: Promise<string> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const id = late === undefined ? undefined : await orAborted(late, signal).catch(() => undefined)
    signal.throwIfAborted()
    if (id !== undefined) return this.#remove(bound, id, code, signal)
    const until = bound.clock.monotonic() + bound.settleMs
    for (;;) {
      const found = await this.#call(bound, 'find', signal, (call) => bound.driver.find(name, call))
      for (const amphora of found) await this.#remove(bound, amphora.id, code, signal)
      const left = until - bound.clock.monotonic()
      if (found.length > 0 || left <= 0) return
      await bound.clock.sleep(Math.min(LOOK_EVERY_MS, left), signal)
    }
  }

  async #remove(bound: BoundDriver, id: string, code: ErrorCode, signal: AbortSignal): Promise<void> {
    await this.#call(bound, 'delete', signal, (call) => bound.driver.delete(id, call))
    const amphoraId = joinId(bound.name, id)
    bound.logger.warn({ amphoraId, code }, 'deleted what a build made after its caller had gone')
    publish({ kind: 'reaped', driver: bound.name, amphoraId, code })
  }

  /** Outside the ordinary calls, since this goes on for a while after the `Compute` has closed. */
  async #call<T>(
    bound: BoundDriver,
    verb: GuardedVerb,
    signal: AbortSignal,
    work: (call: Call) => Promise<T>,
  ): Promise<T> {
    const expired = (): AmphoraComputeError =>
      new AmphoraComputeError('The reaper ran out of time', { code: 'deadline-exceeded' })
    const deadline = openDeadline({ clock: bound.clock, ms: CALL_MS, parents: [ourStop(signal)], expired })
    const scope = { verb, deadline, logger: () => bound.logger, attemptMs: attemptLimit(verb, CALL_MS), attempts: 0 }
    try {
      return await bound.guard.call(scope, work)
    } finally {
      deadline.close()
    }
  }
}
