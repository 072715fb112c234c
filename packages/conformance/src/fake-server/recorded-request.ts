import type { IncomingHttpHeaders } from 'node:http'
import type { FaultKind } from './fault.ts'
import type { RouteTemplate } from './route.ts'

/**
 * A request as it arrived, and what became of it. The handler gets it, and the log keeps it; the second half fills in
 * as things happen.
 */
export interface RecordedRequest<Params = Readonly<Record<string, string>>> {
  /** 1 for the first request since the server was made; `clear()` does not start it anew. */
  readonly index: number
  readonly method: string
  /** As sent, still percent-encoded, without the query. */
  readonly path: string
  /** The route it matched; `undefined` where none did. */
  readonly template: RouteTemplate | undefined
  /** The template's parameters, decoded. */
  readonly params: Params
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The `Host` header: which host the client believed to talk to. */
  readonly host: string | undefined
  /** Complete once the request has `arrived`; empty before. */
  readonly body: Uint8Array
  /** The body as UTF-8. */
  text(): string
  /** The body parsed; throws a `SyntaxError` where it is no JSON. */
  json(): unknown
  /** Aborts when the connection is gone: the client left, a fault cut it, or the server closed. */
  readonly signal: AbortSignal

  /** Epoch milliseconds when its head arrived. */
  readonly startedAt: number
  /** Epoch milliseconds when the response or its connection ended; `undefined` while it hangs. */
  readonly finishedAt: number | undefined
  /** Whether the handler has run to its end: the backend acted. */
  readonly acted: boolean
  /** Whether the whole answer was handed to the socket. */
  readonly answered: boolean
  /** The status sent; `undefined` where no head was sent. */
  readonly status: number | undefined
  /** Bytes of body accepted by the socket so far. */
  readonly bytesSent: number
  /** The fault that was played on it. */
  readonly fault: FaultKind | undefined
  /** Why it should not have happened: no such route, a body over the cap, a handler that threw. */
  readonly unexpected: string | undefined
}

/** `arrived`: its body is complete. `acted`: its handler has run. `finished`: its response or connection has ended. */
export type Moment = 'arrived' | 'acted' | 'finished'
