import { Flights, type Clock, type Logger } from '@amphora/core'
import type { HttpAnswer, HttpClient, HttpRequest } from '@amphora/http'
import type { HeldGrant } from '../identity/grant-keeper.ts'
import type { TokenInfo } from '../identity/token.ts'
import { asOpenStackError, OpenStackError } from '../openstack-error.ts'
import {
  microversionHeader,
  negotiate,
  readRange,
  tooOld,
  type MicroversionOptions,
  type VersionRange,
} from './microversion.ts'
import { refusalError, type Explanation, type Refusal } from './refusal.ts'
import { baseOf, targetOf, versionDocument, type Query } from './target.ts'

/** What a driver says of a service that it uses. */
export interface ServiceOptions {
  /** Its name in messages: `Nova`. */
  readonly peer: string
  /** What reasons begin with: `nova`. */
  readonly reasonPrefix: string
  /** Added to the catalogue's address unless a version is in it already: `['v2.0']` for Neutron. */
  readonly versionPath?: readonly string[] | undefined
  readonly microversion?: MicroversionOptions | undefined
  /** Looked at before the general rules. */
  readonly explain?: ((refusal: Refusal) => Explanation | undefined) | undefined
}

/** One request to a service. */
export interface ServiceRequest {
  readonly method: HttpRequest['method']
  /** Segments, encoded here. None may be empty, `.` or `..`. */
  readonly path: readonly string[]
  readonly query?: Query | undefined
  readonly json?: unknown
  readonly signal: AbortSignal
  /** What is asked, for messages: `create the server`. */
  readonly step: string
  /** For this request only, in place of the negotiated one. */
  readonly microversion?: string | undefined
  /** The longest answer that is read. Default 1 MiB. */
  readonly maxBytes?: number | undefined
  /** Whether a refusal may repeat the request: nothing of its text is kept then. */
  readonly quotes?: boolean | undefined
}

/** A success. */
export interface ServiceAnswer {
  readonly status: number
  /** Parsed; `undefined` where there is none. */
  readonly body: unknown
  readonly requestId: string | undefined
  /** The server's own time (`Date`), epoch milliseconds; `undefined` where it does not say. */
  readonly dateMs: number | undefined
}

/** Someone who knows where the services are and lets requests through. */
export interface Doorman {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly logger: Logger
  /** Logs in where needed. */
  readonly enter: (signal: AbortSignal) => Entrance | Promise<Entrance>
  /** Another way in, after this one was refused; `undefined` where there is none. */
  readonly reenter: (refused: Entrance, signal: AbortSignal) => Promise<Entrance | undefined>
}

/** A way in. */
export interface Entrance {
  readonly http: HttpClient
  readonly held: HeldGrant
  readonly endpointOf: (type: string, peer: string) => URL
}

/** One service of the cloud. Made by `Session.service`. */
export class Service {
  readonly #type: string
  readonly #options: ServiceOptions
  readonly #doorman: Doorman
  readonly #discoveries = new Flights<VersionRange>()
  #range: VersionRange | undefined
  #base: { readonly of: TokenInfo | undefined; readonly url: string } | undefined

  constructor(type: string, options: ServiceOptions, doorman: Doorman) {
    this.#type = type
    this.#options = options
    this.#doorman = doorman
  }

  /** What it is called in messages: `Nova`. */
  get peer(): string {
    return this.#options.peer
  }

  /** What the reasons of its errors begin with: `nova`. */
  get reasonPrefix(): string {
    return this.#options.reasonPrefix
  }

  /**
   * Resolves with a 2xx. A request that is answered with 401 is sent once more, after one renewal of the token.
   *
   * @throws {OpenStackError} and nothing else. Its `verdict` says whether the request can have been acted on.
   */
  async send(request: ServiceRequest): Promise<ServiceAnswer> {
    const { clock, logger } = this.#doorman
    const startedAt = clock.monotonic()
    try {
      const answer = await this.#send(request)
      const { status, requestId } = answer
      logger.debug({ status, requestId, ms: clock.monotonic() - startedAt }, `${this.#options.peer} answered`)
      const date = Date.parse(answer.header('date') ?? '')
      return { status, body: answer.body, requestId, dateMs: Number.isNaN(date) ? undefined : date }
    } catch (thrown) {
      const error = asOpenStackError(thrown, request.step, this.#options.reasonPrefix)
      const { code, reason, status, requestId } = error
      const ms = clock.monotonic() - startedAt
      logger.debug({ code, reason, status, requestId, ms }, `${this.#options.peer} did not do it`)
      throw error
    }
  }

  /**
   * The microversion in use: the highest of ours that the service has. It is discovered once; a failure is not kept.
   *
   * @throws {OpenStackError} `failed-precondition` where the service has none of those that are needed.
   */
  async microversion(signal: AbortSignal): Promise<string> {
    const { microversion, peer, reasonPrefix } = this.#options
    if (microversion === undefined) throw new TypeError(`no microversion is declared for ${peer}`)
    return negotiate(this.#range ?? (await this.#ranged(signal)), microversion, peer, reasonPrefix)
  }

  /** The highest that the service itself has. */
  async maximum(signal: AbortSignal): Promise<string> {
    return (this.#range ?? (await this.#ranged(signal))).highest
  }

  async #send(request: ServiceRequest): Promise<HttpAnswer> {
    const { signal } = request
    const entered = this.#doorman.enter(signal)
    const entrance = entered instanceof Promise ? await entered : entered
    const version = await this.#versionFor(request)
    let answer = await this.#ask(request, version, entrance)
    if (answer.status === 401) {
      const other = await this.#doorman.reenter(entrance, signal)
      if (other !== undefined) answer = await this.#ask(request, version, other)
    }
    if (answer.status >= 200 && answer.status < 300) return answer
    const { peer, reasonPrefix: prefix, explain } = this.#options
    const { step, quotes = false } = request
    throw refusalError({ peer, prefix, step, quotes, explain }, answer)
  }

  #ask(request: ServiceRequest, version: string | undefined, entrance: Entrance): Promise<HttpAnswer> {
    const { method, path, query, json, signal, step, maxBytes } = request
    const { microversion, peer } = this.#options
    const { http, held } = entrance
    const asked =
      microversion === undefined || version === undefined
        ? undefined
        : microversionHeader(microversion.header, this.#type, version)
    return http.send({
      method,
      url: targetOf(this.#baseUrl(entrance), path, query),
      headers: { ...held.grant.headers, ...asked },
      json,
      signal,
      maxBytes,
      step,
      peer,
    })
  }

  async #versionFor({ microversion, signal }: ServiceRequest): Promise<string | undefined> {
    if (microversion !== undefined || this.#options.microversion === undefined) return microversion
    return this.microversion(signal)
  }

  /** A new token may come with a new catalogue. */
  #baseUrl({ held, endpointOf }: Entrance): string {
    const { token } = held.grant
    if (this.#base === undefined || this.#base.of !== token) {
      const endpoint = endpointOf(this.#type, this.#options.peer)
      this.#base = { of: token, url: baseOf(endpoint, this.#options.versionPath ?? []) }
    }
    return this.#base.url
  }

  async #ranged(signal: AbortSignal): Promise<VersionRange> {
    try {
      return await this.#discoveries.join('', signal, (shared) => this.#discover(shared))
    } catch (thrown) {
      throw asOpenStackError(thrown, DISCOVERY, this.#options.reasonPrefix, 'unsent')
    }
  }

  /** The document is for everybody, and the token is not sent along. */
  async #discover(signal: AbortSignal): Promise<VersionRange> {
    const entrance = await this.#doorman.enter(signal)
    const { peer, reasonPrefix: prefix, microversion } = this.#options
    const url = versionDocument(this.#baseUrl(entrance))
    const answer = await entrance.http.send({ method: 'GET', url, signal, step: DISCOVERY, peer })
    if (answer.status !== 200 && answer.status !== 300) {
      throw refusalError({ peer, prefix, step: DISCOVERY, quotes: false, explain: undefined }, answer)
    }
    const range = readRange(answer)
    if (range === 'none' && microversion !== undefined) throw tooOld('no microversions', microversion, peer, prefix)
    if (range === undefined || range === 'none') {
      throw new OpenStackError(`${peer} was asked to ${DISCOVERY} and answered with something else`, {
        step: DISCOVERY,
        verdict: 'unsent',
        code: 'internal',
        reason: `${prefix}/unreadable-answer`,
        status: answer.status,
        requestId: answer.requestId,
      })
    }
    this.#range = range
    return range
  }
}

const DISCOVERY = 'tell its microversions'
