import { Flights, type Clock, type Logger } from '@amphora/core'
import { HttpClient } from '@amphora/http'
import { resolveCloud, type Cloud } from './cloud/resolve.ts'
import { endpointOf } from './identity/endpoint.ts'
import { GrantKeeper, type HeldGrant } from './identity/grant-keeper.ts'
import { Keystone } from './identity/keystone.ts'
import type { TokenInfo } from './identity/token.ts'
import { asOpenStackError, OpenStackError } from './openstack-error.ts'
import type { CloudSettings } from './options.ts'
import { Service, type Doorman, type Entrance, type ServiceOptions } from './service/service.ts'

/** What a session needs of whoever it serves; a driver's context fits. */
export interface SessionContext {
  readonly clock: Clock
  readonly logger: Logger
}

/** What a token is for; `none` where there is no Keystone. */
export type TokenScope = TokenInfo['scope'] | 'none'

/** Everything that is known once the options have been looked up. */
interface Office {
  readonly cloud: Cloud
  readonly http: HttpClient
  readonly keystone: Keystone
  readonly keeper: GrantKeeper
}

const REVOKE_MS = 2_000

/**
 * One login to one cloud, which every service shares. Nothing is read or sent before the first request; the token is
 * renewed before it ends, and once where it is refused, by one login however many wait for it.
 */
export class Session {
  #settings: CloudSettings | undefined
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #openings = new Flights<Office>()
  readonly #doorman: Doorman
  #office: Office | undefined
  #closed = false

  constructor(settings: CloudSettings, { clock, logger }: SessionContext) {
    this.#settings = settings
    this.#clock = clock
    this.#logger = logger
    this.#doorman = {
      clock,
      logger,
      enter: (signal) => this.#enter(signal),
      reenter: (refused, signal) => this.#reenter(refused, signal),
    }
  }

  /** A service by its type in the catalogue. Sends nothing. */
  service(type: string, options: ServiceOptions): Service {
    return new Service(type, options, this.#doorman)
  }

  /** The project that our token is for; `undefined` where it is for none. Logs in where needed. */
  async project(signal: AbortSignal): Promise<{ readonly id: string; readonly name?: string } | undefined> {
    return (await this.#token(signal))?.project
  }

  /** What our token is for. An `unscoped` one sees empty lists where there is something. Logs in where needed. */
  async scope(signal: AbortSignal): Promise<TokenScope> {
    return (await this.#token(signal))?.scope ?? 'none'
  }

  /** Has Keystone forget the token, if it was made for us, within 2 s and without fail; ends every request under way. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#settings = undefined
    const office = this.#office
    this.#office = undefined
    if (office === undefined) return
    const { http, keystone, keeper } = office
    const grant = keeper.drop()
    if (grant?.isOurs === true) {
      const controller = new AbortController()
      const stopAlarm = this.#clock.alarm(REVOKE_MS, () => controller.abort())
      // What cannot be revoked ends by itself.
      await keystone.revoke(grant, controller.signal).catch(() => {})
      stopAlarm()
    }
    http.close()
  }

  async #token(signal: AbortSignal): Promise<TokenInfo | undefined> {
    try {
      return (await this.#enter(signal)).held.grant.token
    } catch (thrown) {
      throw asOpenStackError(thrown, 'let us in', 'openstack', 'unsent')
    }
  }

  #enter(signal: AbortSignal): Entrance | Promise<Entrance> {
    if (this.#office === undefined) return this.#enterFirst(signal)
    const { keeper } = this.#office
    const held = keeper.acquire(signal)
    return held instanceof Promise ? this.#admit(this.#office, held) : entrance(this.#office, held)
  }

  async #enterFirst(signal: AbortSignal): Promise<Entrance> {
    if (this.#closed) throw closed()
    const office = await this.#openings.join('', signal, () => this.#open())
    return this.#admit(office, office.keeper.acquire(signal))
  }

  async #admit(office: Office, held: HeldGrant | Promise<HeldGrant>): Promise<Entrance> {
    return entrance(office, await held)
  }

  async #reenter({ held }: Entrance, signal: AbortSignal): Promise<Entrance | undefined> {
    const office = this.#office
    if (office === undefined) throw closed()
    const other = await office.keeper.renew(held, signal)
    return other === undefined ? undefined : entrance(office, other)
  }

  async #open(): Promise<Office> {
    const settings = this.#settings
    if (settings === undefined) throw closed()
    const cloud = await resolveCloud(settings, this.#logger)
    const { allowInsecureHttp } = settings
    const http = new HttpClient({ clock: this.#clock, tls: cloud.tls, allowInsecureHttp })
    const keystone = new Keystone(http, this.#clock, cloud.credentials)
    const keeper = new GrantKeeper({
      login: (signal) => keystone.login(signal),
      isRenewable: keystone.isRenewable,
      clock: this.#clock,
      onLateRenewal: (thrown) => {
        const { code, reason, status, requestId } = asOpenStackError(thrown, 'let us in', 'openstack')
        this.#logger.warn({ code, reason, status, requestId }, 'our token was not renewed, and is used until it ends')
      },
    })
    if (this.#closed) throw closed()
    this.#office = { cloud, http, keystone, keeper }
    return this.#office
  }
}

function entrance({ cloud, http }: Office, held: HeldGrant): Entrance {
  return { http, held, endpointOf: (type, peer) => endpointOf(type, peer, cloud, held.grant.token) }
}

function closed(): OpenStackError {
  return new OpenStackError('the session has been closed', {
    step: 'let us in',
    verdict: 'unsent',
    code: 'cancelled',
    reason: 'openstack/closed',
  })
}
