import { AmphoraComputeError, Flights, type Clock } from '@amphora/core'
import type { Grant } from './grant.ts'

/** A grant with its times, by the monotonic clock. Each one is an object of its own: that is its generation. */
export interface HeldGrant {
  readonly grant: Grant
  readonly renewAt: number
  readonly endsAt: number
}

/** How a keeper gets grants. */
export interface KeeperOptions {
  readonly login: (signal: AbortSignal) => Promise<Grant>
  readonly isRenewable: boolean
  readonly clock: Pick<Clock, 'monotonic' | 'alarm'>
  /** 0 to 1, for the jitter. */
  readonly random?: () => number
  /** A renewal that failed while the grant is still good. */
  readonly onLateRenewal: (error: unknown) => void
}

const AHEAD_MS = 5 * 60_000
const JITTER_MS = 60_000
const RENEWAL_MS = 30_000
const PAUSE_MS = 10_000

/** Holds the one grant that all requests share, and gets a new one before it ends or when it is refused. */
export class GrantKeeper {
  readonly #isRenewable: boolean
  readonly #clock: Pick<Clock, 'monotonic' | 'alarm'>
  readonly #random: () => number
  readonly #onLateRenewal: (error: unknown) => void
  readonly #login: (signal: AbortSignal) => Promise<Grant>
  readonly #flights = new Flights<HeldGrant>()
  #held: HeldGrant | undefined
  #quietUntil = Number.NEGATIVE_INFINITY
  #dropped = false

  constructor({ login, isRenewable, clock, random = Math.random, onLateRenewal }: KeeperOptions) {
    this.#isRenewable = isRenewable
    this.#clock = clock
    this.#random = random
    this.#onLateRenewal = onLateRenewal
    this.#login = login
  }

  /** The grant in use, without waiting where there is one. Asked for late in its life it is renewed on the side. */
  acquire(signal: AbortSignal): HeldGrant | Promise<HeldGrant> {
    const held = this.#held
    if (held === undefined) return this.#renewed(signal)
    const now = this.#clock.monotonic()
    if (now < held.renewAt) return held
    if (!this.#isRenewable) return held
    if (now >= held.endsAt) return this.#renewed(signal)
    this.#renewOnTheSide(now)
    return held
  }

  /**
   * One that is newer than the refused one; `undefined` where no other can be had. All whose requests were refused with
   * the same grant share one renewal, and who comes late gets what it brought.
   */
  async renew(refused: HeldGrant, signal: AbortSignal): Promise<HeldGrant | undefined> {
    if (this.#held !== undefined && this.#held !== refused) return this.#held
    return this.#isRenewable ? this.#renewed(signal) : undefined
  }

  /** Gives up what it holds, for good. */
  drop(): Grant | undefined {
    this.#dropped = true
    const grant = this.#held?.grant
    this.#held = undefined
    return grant
  }

  #renewed(signal: AbortSignal): Promise<HeldGrant> {
    return this.#flights.join('', signal, async (shared) => {
      const held = this.#hold(await this.#login(shared))
      if (!this.#dropped) this.#held = held
      return held
    })
  }

  #hold(grant: Grant): HeldGrant {
    const now = this.#clock.monotonic()
    const { lifeMs = Number.POSITIVE_INFINITY } = grant
    const ahead = AHEAD_MS + this.#random() * JITTER_MS
    return { grant, renewAt: now + Math.max(lifeMs - ahead, lifeMs * 0.8), endsAt: now + lifeMs }
  }

  #renewOnTheSide(now: number): void {
    if (now < this.#quietUntil) return
    this.#quietUntil = now + PAUSE_MS
    const controller = new AbortController()
    const stopAlarm = this.#clock.alarm(RENEWAL_MS, () => controller.abort(tooLate()))
    this.#renewed(controller.signal)
      .catch(this.#onLateRenewal)
      .finally(stopAlarm)
      .catch(() => {})
  }
}

function tooLate(): AmphoraComputeError {
  return new AmphoraComputeError('Keystone took too long to renew our token', { code: 'deadline-exceeded' })
}
