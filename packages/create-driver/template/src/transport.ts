import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'
import { stopped, transportFailure, unreadable } from './errors.ts'
import type { Settings } from './options.ts'

/** One request. Whatever in `path` comes from outside is encoded already. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly signal: AbortSignal
}

/** An answer of any status, read to its end. */
export interface WireAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

const MAX_BYTES = 8 * 1024 * 1024
/** Core lets 16 calls through at once, and two deletes more. */
const MAX_SOCKETS = 18

/** Requests out, whole answers in. Follows no redirect and no proxy; rejects with a `RequestError` and nothing else. */
// here: another wire (a library, gRPC, SNMP) stands in place of this one, under the same rules
export class Transport {
  readonly #base: string
  readonly #token: string
  readonly #agent: http.Agent
  readonly #request: typeof http.request

  constructor({ url, token }: Settings) {
    const { Agent, request } = url.protocol === 'https:' ? https : http
    this.#base = url.href.replace(/\/$/, '')
    this.#token = token
    this.#agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
    this.#request = request
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    const { signal } = request
    if (signal.aborted) throw stopped(signal, false)
    let exchange: http.ClientRequest | http.IncomingMessage = this.#begin(request)
    const stop = (): void => void exchange.destroy(new Error('stopped'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      const response = await responseTo(exchange)
      exchange = response
      if (signal.aborted) stop()
      return { status: response.statusCode ?? 0, headers: response.headers, body: await textOf(response) }
    } catch (thrown) {
      throw signal.aborted ? stopped(signal, true) : transportFailure(thrown)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #begin({ method, path, query = {}, body }: WireRequest): http.ClientRequest {
    const url = new URL(`${this.#base}${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      accept: 'application/json',
      // here: how your backend knows who is asking
      authorization: `Bearer ${this.#token}`,
      ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    }
    const exchange = this.#request(url, { method, headers, agent: this.#agent })
    // A connection can fail when its answer is there already; that failure shows where the answer is read.
    exchange.on('error', () => {})
    exchange.end(text)
    return exchange
  }
}

async function responseTo(exchange: http.ClientRequest): Promise<http.IncomingMessage> {
  const [response]: readonly http.IncomingMessage[] = await once(exchange, 'response')
  if (response === undefined) throw unreadable('nothing')
  return response
}

/** Bounded, whatever the backend sends. Leaving the loop destroys the connection. */
async function textOf(response: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > MAX_BYTES) throw unreadable(`more than ${MAX_BYTES} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}
