import { setMaxListeners } from 'node:events'
import { retryAfterMs, type Clock } from '@amphora/core'
import { Connections } from './connections.ts'
import { destinationProblem } from './destination.ts'
import {
  closedBefore,
  noLibrary,
  redirected,
  refusedDestination,
  stopped,
  tooMuchToSend,
  transportFailure,
  unreadable,
  type Head,
} from './failures.ts'
import type { HttpError } from './http-error.ts'
import { parseJson } from './parse-json.ts'
import { readBody } from './read-body.ts'
import { own } from './read-json.ts'
import type { HttpAnswer, HttpRequest } from './request.ts'
import type { TlsOptions } from './tls.ts'
import { loadTransport, type Send, type WireAnswer, type WireRequest } from './transport.ts'

/** What holds for every request of a client. */
export interface HttpClientOptions {
  /** For `Retry-After` headers that name a date. */
  readonly clock: Pick<Clock, 'now'>
  /** Connections to one server at once; more requests wait. Default 18. */
  readonly maxSockets?: number | undefined
  readonly tls?: TlsOptions | undefined
  /** Lets `http:` through: to this machine (`true`), or to any (`'anywhere'`). Default false: `https:` alone. */
  readonly allowInsecureHttp?: boolean | 'anywhere' | undefined
}

const LONGEST_ANSWER = 1024 * 1024
const LONGEST_REQUEST = 8 * 1024 * 1024

/** Sends requests, each to the URL that it names and nowhere else. No environment variable is read. */
export class HttpClient {
  readonly #clock: Pick<Clock, 'now'>
  readonly #connections: Connections
  readonly #allowInsecureHttp: boolean | 'anywhere'
  #loading: Promise<Send> | undefined
  #transport: Send | undefined
  #closed = false

  /** @throws {InvalidRequestError} where `tls` cannot be. */
  constructor({ clock, maxSockets, tls, allowInsecureHttp = false }: HttpClientOptions) {
    this.#clock = clock
    this.#connections = new Connections(maxSockets, tls)
    this.#allowInsecureHttp = allowInsecureHttp
  }

  /**
   * Resolves with any status but a 3xx that is neither 300 nor 304.
   *
   * @throws {HttpError} and nothing else: no answer, a redirect, or a success whose body nobody can read. Where the
   * signal aborts, it has message, code and reason of the signal's own reason.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { url, signal } = request
    if (signal.aborted) throw stopped(request, 'unsent')
    if (this.#closed) throw closedBefore(request, 'unsent')
    const problem = destinationProblem(url, this.#allowInsecureHttp)
    if (problem !== undefined) throw refusedDestination(request, problem)
    const body = request.json === undefined ? undefined : Buffer.from(JSON.stringify(request.json))
    if (body !== undefined && body.length > LONGEST_REQUEST) throw tooMuchToSend(request, LONGEST_REQUEST)
    // One signal may stop any number of requests; Node takes more than ten listeners for a leak.
    setMaxListeners(0, signal)
    const send = this.#transport ?? (await this.#load(request))
    if (signal.aborted) throw stopped(request, 'unsent')
    if (this.#closed) throw closedBefore(request, 'unsent')
    let wire: WireAnswer
    try {
      wire = await send({ method: request.method, url: url.href, headers: headersOf(request), body, signal })
    } catch (thrown) {
      throw this.#failure(request, thrown)
    }
    return this.#read(request, wire)
  }

  /** Ends every request and every connection. Later requests are refused. */
  close(): void {
    this.#closed = true
    this.#connections.close()
  }

  /** Whatever the library makes of an abort, the signal says why; and a connection that we closed did not break. */
  #failure(request: HttpRequest, thrown: unknown, head?: Head): HttpError {
    if (request.signal.aborted) return stopped(request, 'unsure')
    return this.#closed ? closedBefore(request, 'unsure') : transportFailure(request, thrown, head)
  }

  async #read(request: HttpRequest, { status, headers, stream }: WireAnswer): Promise<HttpAnswer> {
    const requestId = requestIdOf(headers)
    if (status >= 300 && status < 400 && status !== 300 && status !== 304) {
      // Without a listener its end would be an uncaught error.
      stream.on('error', () => {}).destroy()
      throw redirected(request, { status, requestId })
    }
    const maxBytes = request.maxBytes ?? LONGEST_ANSWER
    const end = await readBody(stream, maxBytes)
    if (end.kind === 'broken') throw this.#failure(request, end.error, { status, requestId })
    const parsed = end.kind === 'whole' ? parseJson(end.body) : { problem: `more than ${maxBytes} bytes` }
    const succeeded = status >= 200 && status < 300
    if ('problem' in parsed && succeeded) throw unreadable(request, parsed.problem, { status, requestId })
    return {
      status,
      header: (name) => headerOf(headers, name),
      body: 'problem' in parsed ? undefined : parsed.value,
      requestId,
      retryAfterMs: retryAfterMs(headerOf(headers, 'retry-after'), this.#clock.now()),
    }
  }

  /** A failure is not kept. */
  async #load(request: HttpRequest): Promise<Send> {
    this.#loading ??= loadTransport(this.#connections)
    try {
      this.#transport = await this.#loading
      return this.#transport
    } catch {
      this.#loading = undefined
      throw noLibrary(request)
    }
  }
}

/** A type would be sent where there is nothing to have one, unless it is told not to. */
function headersOf({ headers = {}, json }: HttpRequest): WireRequest['headers'] {
  const sent: Record<string, string | false> = Object.create(null)
  sent['accept'] = 'application/json'
  sent['user-agent'] = 'amphora'
  sent['content-type'] = json === undefined ? false : 'application/json'
  for (const name of Object.keys(headers)) sent[name.toLowerCase()] = headers[name] ?? false
  return sent
}

function headerOf(headers: unknown, name: string): string | undefined {
  const value = own(headers, name.toLowerCase())
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}

/** The names under which OpenStack's services, and proxies, tell it. It goes into logs and errors, so not all is taken. */
function requestIdOf(headers: unknown): string | undefined {
  return REQUEST_IDS.map((name) => headerOf(headers, name)).find((id) => id !== undefined && /^[\w.:-]{1,80}$/.test(id))
}

const REQUEST_IDS = ['x-openstack-request-id', 'x-compute-request-id', 'openstack-request-id', 'x-request-id']
