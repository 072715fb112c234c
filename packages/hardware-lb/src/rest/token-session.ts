import { AmphoraComputeError, type Clock } from '@amphora/core'
import { ApplianceError } from '../errors.ts'
import type { Credentials } from '../inventory/settings.ts'
import { Flight } from './flight.ts'
import type { Login, LoginRequest } from './request.ts'

/** Credentials that were refused are not tried again for so long: boxes lock accounts, and some refuse good ones in a hurry. */
const REFUSED_MS = 10_000
const CLOSING_MS = 2_000

export interface TokenSessionOptions {
  readonly login: Login
  readonly credentials: Credentials
  readonly clock: Clock
  readonly send: LoginRequest['send']
}

interface Held {
  readonly value: string
  /** Monotonic milliseconds. */
  readonly renewAt: number
}

/** The one token of an appliance: got when it is first needed, renewed before it ends, given back at the end. */
export class TokenSession {
  readonly #options: TokenSessionOptions
  readonly #flight: Flight<Held>
  #held: Held | undefined
  /** A token that was refused; given back before the next one is got. */
  #toGiveBack: string | undefined
  #refused: { readonly error: AmphoraComputeError; readonly until: number } | undefined

  constructor(options: TokenSessionOptions) {
    this.#options = options
    this.#flight = new Flight(options.clock, (signal) => this.#login(signal))
  }

  async token(signal: AbortSignal): Promise<string> {
    const { clock } = this.#options
    if (this.#held !== undefined && clock.monotonic() < this.#held.renewAt) return this.#held.value
    return (await this.#flight.join(signal)).value
  }

  /**
   * The box no longer takes it. Whoever says so of a token that has been replaced meanwhile changes nothing. It is given
   * back all the same: a box may refuse a token for another reason than its age, and still count it.
   */
  refuse(token: string): void {
    if (this.#held?.value !== token) return
    this.#held = undefined
    this.#toGiveBack = token
  }

  async close(): Promise<void> {
    this.#flight.stop()
    const held = this.#held
    const tokens = [held?.value, this.#toGiveBack].filter((token) => token !== undefined)
    this.#held = undefined
    this.#toGiveBack = undefined
    await Promise.all(tokens.map((token) => this.#giveBack(token)))
  }

  async #login(signal: AbortSignal): Promise<Held> {
    const { login, credentials, clock, send } = this.#options
    if (this.#refused !== undefined && clock.monotonic() < this.#refused.until) throw this.#refused.error
    const before = this.#held
    const { username } = credentials
    const refused = this.#toGiveBack
    this.#toGiveBack = undefined
    if (refused !== undefined) await this.#giveBack(refused)
    try {
      const password = await credentials.password.read()
      const { value, lifeMs = Number.POSITIVE_INFINITY } = await login.login({ username, password, signal, send })
      this.#held = { value, renewAt: clock.monotonic() + lifeMs * 0.8 }
      this.#refused = undefined
      if (before !== undefined) void this.#giveBack(before.value)
      return this.#held
    } catch (thrown) {
      const error = unsent(thrown)
      if (error.code === 'unauthenticated') this.#refused = { error, until: clock.monotonic() + REFUSED_MS }
      throw error
    }
  }

  /** Best effort: what cannot be given back ends by itself. */
  async #giveBack(token: string): Promise<void> {
    const { login, clock, send } = this.#options
    const stop = new AbortController()
    const cancel = clock.alarm(CLOSING_MS, () => stop.abort(new AmphoraComputeError('closing', { code: 'cancelled' })))
    await login.logout?.(token, { send, signal: stop.signal }).catch(() => {})
    cancel()
  }
}

/** Whatever became of the login, what was to be sent after it has not left us. */
function unsent(thrown: unknown): ApplianceError {
  const { message, code, reason, retryAfterMs, cause } = AmphoraComputeError.from(thrown, 'internal')
  return new ApplianceError(message, { verdict: 'unsent', code, reason, retryAfterMs, cause })
}
