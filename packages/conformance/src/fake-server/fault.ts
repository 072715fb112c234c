import type { RecordedRequest } from './recorded-request.ts'
import type { FixedBody, ResponseHead } from './response.ts'
import type { RouteTemplate } from './route.ts'

/** Which requests: those of one route, or those the predicate picks. */
export type Match = RouteTemplate | ((request: RecordedRequest) => boolean)

/** A fault as `inject` takes it. */
export type WireFault = RequestFault | RefuseFault

/**
 * A fault that one request suffers. The request is always read to its end first. *Acts* means that the handler runs.
 * A *reset* is a TCP RST; a unix socket has none, there the connection is closed without an answer, which `node:http`
 * reports alike (`ECONNRESET`).
 */
export type RequestFault = Aim &
  (
    | StatusFault
    | ResetFault
    | HangFault
    | ActLateFault
    | MalformedFault
    | EmptyFault
    | WrongShapeFault
    | CutBodyFault
    | SlowDripFault
    | HugeBodyFault
    | RedirectFault
  )

/**
 * Connections are refused until the injection is disposed of: at once, or, with `after`, as soon as such a request is
 * about to be answered. Requests under way are still answered (with `connection: close`); idle connections are closed.
 * On a unix socket the socket file stays, so that the client sees `ECONNREFUSED` there too; for `ENOENT` see `down`.
 */
export interface RefuseFault {
  readonly kind: 'refuse'
  readonly after?: Match
}

/** The name of a fault. */
export type FaultKind = WireFault['kind']

interface Aim {
  /** Default: every request. */
  readonly on?: Match
  /** How many requests it hits before it is spent. Default: every one until it is disposed of. */
  readonly times?: number
}

interface MayAct {
  /** Whether the handler runs before the answer. Default `true`. */
  readonly act?: boolean
}

/** A success whose status is, unless given, the handler's own if that is a 2xx with a body, else 200. */
interface FalseSuccess extends MayAct {
  readonly status?: number
}

/** Answers with this status, these headers and this body. Does not act unless told (a 504 whose backend acted). */
type StatusFault = { readonly kind: 'status'; readonly status: number; readonly act?: boolean } & Omit<
  ResponseHead,
  'status'
> &
  FixedBody

/** `reset-before` does not act; `lose-response` acts, and then resets instead of answering. */
interface ResetFault {
  readonly kind: 'reset-before' | 'lose-response'
}

/** Never answers: `hang` does not act, `hang-after` acts. */
interface HangFault {
  readonly kind: 'hang' | 'hang-after'
}

/** Acts `afterMs` milliseconds after the connection was reset or, with `hang`, left without an answer. */
interface ActLateFault {
  readonly kind: 'act-late'
  readonly afterMs: number
  /** Default `reset`. */
  readonly connection?: 'reset' | 'hang'
}

/** JSON that does not parse. */
interface MalformedFault extends FalseSuccess {
  readonly kind: 'malformed'
  /** Default: an object cut off in mid-string. */
  readonly text?: string
}

/** No body: `content-length: 0`. */
interface EmptyFault extends FalseSuccess {
  readonly kind: 'empty'
}

/** JSON that parses and is not what was promised. */
interface WrongShapeFault extends FalseSuccess {
  readonly kind: 'wrong-shape'
  /** Default `{}`; `[]` and `{ id: null }` are others worth a try. */
  readonly json?: unknown
}

/**
 * The handler's own answer with its `content-length`, half of its body, then a reset. An answer without a body, and one
 * whose handler did not run, gets a body for it; of a stream it is half of the first piece.
 */
interface CutBodyFault extends MayAct {
  readonly kind: 'cut-body'
}

/** The handler's own answer a byte at a time, then spaces without end: valid so far, never complete. */
interface SlowDripFault extends MayAct {
  readonly kind: 'slow-drip'
  /** Milliseconds between bytes. Default 100. */
  readonly everyMs?: number
}

/** A valid JSON object of this size, chunked, sent as fast as the client reads and no faster. */
interface HugeBodyFault extends FalseSuccess {
  readonly kind: 'huge-body'
  /** Default 200 MiB; `Infinity` never ends. */
  readonly bytes?: number
}

/** Sends the client elsewhere. Does not act. */
interface RedirectFault {
  readonly kind: 'redirect'
  /** The `Location` header, as it is. */
  readonly to: string
  /** Default 302. */
  readonly status?: 301 | 302 | 303 | 307 | 308
}

/** A fault in force. */
export interface Injection extends AsyncDisposable {
  /**
   * How many requests it hit: a test whose fault never hit has proved nothing. A `refuse` counts 1 when it begins, and
   * cannot count the connections refused.
   */
  readonly hits: number
  /** Takes it back. What it did to requests already hit stays done; a hanging one hangs on. */
  dispose(): Promise<void>
}
