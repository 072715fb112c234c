import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { isRecord, parsed } from '../toolkit/json.ts'
import { redactedBody, redactedHeaders, renamed } from './redact.ts'

export interface RecordedCall {
  readonly method: string
  /** The service's own, without a path: `http://127.0.0.1:8774`. */
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown
  readonly note?: string
}

/** What came back, with its secrets, and what a recording keeps of it. */
export interface Recorded {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  readonly exchange: Exchange
}

/** Performs one request. No redirect is followed. */
export async function record({ method, origin, path, headers = {}, body, note }: RecordedCall): Promise<Recorded> {
  const sent = { Accept: 'application/json', ...headers }
  const response = await fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...sent, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer = bodyIn(text)
  return {
    status: response.status,
    headers: response.headers,
    body: answer,
    exchange: {
      ...(note === undefined ? {} : { note }),
      request: { method, path, headers: redactedHeaders(sent), body: redactedBody(body ?? null) },
      response: {
        status: response.status,
        headers: redactedHeaders(Object.fromEntries(response.headers)),
        body: redactedBody(answer),
      },
    },
  }
}

/** Again where the service's own database was in the way: that is nothing to keep. */
async function recordSteadily(call: RecordedCall): Promise<Recorded> {
  for (let tries = 1; ; tries += 1) {
    const done = await record(call)
    if (tries === 5 || done.status < 500 || !/oslo_db|database is locked/.test(JSON.stringify(done.body))) return done
    await sleep(1000)
  }
}

/** `null` where there is none, and where JSON says so. */
function bodyIn(text: string): unknown {
  if (text === '') return null
  const value = parsed(text)
  return value === undefined ? text : value
}

/** One session with a service: an origin, a token, and what is sent with every request. */
export class Recorder {
  readonly kept: Record<string, Exchange> = {}
  /** Names of this cloud alone, and what is kept in their place. */
  readonly #names: ReadonlyMap<string, string>
  readonly #origin: string
  readonly #token: string | undefined
  readonly #microversion: (version: string) => Readonly<Record<string, string>>

  constructor(
    origin: string,
    token: string | undefined,
    microversion: (version: string) => Readonly<Record<string, string>> = () => ({}),
    names: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#origin = origin
    this.#token = token
    this.#microversion = microversion
    this.#names = names
  }

  /** Without a name nothing is kept. `token: null` sends none. */
  async send(
    name: string | undefined,
    target: `${string} /${string}`,
    options: {
      readonly body?: unknown
      readonly version?: string
      readonly token?: string | null
      readonly headers?: Readonly<Record<string, string>>
      readonly note?: string
    } = {},
  ): Promise<Recorded> {
    const { body, version, headers, note } = options
    const token = options.token === undefined ? this.#token : options.token
    const space = target.indexOf(' ')
    const done = await recordSteadily({
      method: target.slice(0, space),
      origin: this.#origin,
      path: target.slice(space + 1),
      headers: {
        ...(token === undefined || token === null ? {} : { 'X-Auth-Token': token }),
        ...(version === undefined ? {} : this.#microversion(version)),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(note === undefined ? {} : { note }),
    })
    if (name !== undefined) {
      if (this.kept[name] !== undefined) throw new Error(`${name} was recorded already`)
      const { request, response } = done.exchange
      this.kept[name] = {
        ...done.exchange,
        request: { ...request, body: renamed(request.body, this.#names) },
        response: { ...response, body: renamed(response.body, this.#names) },
      }
    }
    return done
  }
}

/** A recording's text; the same recordings give the same text. */
export function written(exchange: Exchange): string {
  return `${JSON.stringify(exchange, undefined, 2)}\n`
}

/** Reads what `written` wrote. */
export function readExchange(text: string): Exchange {
  const value = parsed(text)
  if (!isExchange(value)) throw new Error('the text is no recorded exchange')
  return value
}

function isExchange(value: unknown): value is Exchange {
  if (!isRecord(value)) return false
  const { request, response } = value
  return isRecord(request) && typeof request['path'] === 'string' && isRecord(response) && 'status' in response
}
