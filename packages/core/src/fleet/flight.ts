import type { BuildOrder } from '../build-request.ts'
import { AmphoraBuildError, AmphoraComputeError } from '../errors.ts'
import type { Deadline } from '../guard/deadline.ts'
import { Stop } from '../guard/stop.ts'

/**
 * One build under way, however many callers wait for it. It is stopped only when the last of them has gone, and then
 * with that one's reason.
 */
export class Flight {
  readonly fingerprint: string
  readonly #waiters = new Set<Deadline>()
  readonly #stopped = new Stop()
  readonly #holds = new Map<Deadline, () => void>()
  #held = 0
  #result: Promise<string> | undefined

  constructor(order: BuildOrder) {
    this.fingerprint = order.fingerprint
  }

  /** The joint time of everybody who waits. */
  get deadline(): Deadline {
    const left = (): number => Math.max(0, ...[...this.#waiters].map((waiter) => waiter.remaining()))
    const at = (): number => Math.max(0, ...[...this.#waiters].map((waiter) => waiter.at()))
    const stopped = this.#stopped
    return {
      get reason() {
        return stopped.reason
      },
      get signal() {
        return stopped.signal
      },
      onStop: (listener) => stopped.onStop(listener),
      remaining: left,
      at,
      hold: () => this.#hold(),
      close: () => {},
    }
  }

  /** @throws {AmphoraBuildError} `already-exists` where what is being built under the name is another order. */
  admit(order: BuildOrder): void {
    if (order.fingerprint === this.fingerprint) return
    throw new AmphoraBuildError('Another order is being built under this name; choose another name', {
      code: 'already-exists',
      outcome: 'not-created',
    })
  }

  async ended(): Promise<void> {
    await this.#result
  }

  /** The id, for one waiter. Who goes while others wait learns only that it may exist. */
  async wait(waiter: Deadline, work: (flight: Flight) => Promise<string>): Promise<string> {
    this.#waiters.add(waiter)
    if (this.#held > 0) this.#holds.set(waiter, waiter.hold())
    let stopWaiting = (): void => {}
    const gone = new Promise<never>((_resolve, reject) => {
      stopWaiting = waiter.onStop(() => {
        const { reason } = waiter
        this.#waiters.delete(waiter)
        if (reason === undefined) return
        if (this.#waiters.size === 0) this.#stopped.stop(reason)
        else reject(reason)
      })
    })
    try {
      this.#result ??= work(this)
      return await Promise.race([this.#result, gone])
    } catch (error) {
      throw AmphoraComputeError.from(error, 'internal')
    } finally {
      stopWaiting()
      this.#waiters.delete(waiter)
    }
  }

  #hold(): () => void {
    this.#held += 1
    if (this.#held === 1) for (const waiter of this.#waiters) this.#holds.set(waiter, waiter.hold())
    return () => {
      this.#held -= 1
      if (this.#held > 0) return
      for (const release of this.#holds.values()) release()
      this.#holds.clear()
    }
  }
}
