import type { ErrorCode } from '@amphora/core'
import type { HttpAnswer } from '@amphora/http'
import type { Verdict } from '../errors.ts'

/** One request to a box. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Segments below the appliance's endpoint, encoded on the way. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string | number>> | undefined
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
  /** What is asked, for messages: `create the tenant`. */
  readonly step: string
  /** Statuses beside 2xx that are an answer and no refusal. */
  readonly accept?: readonly number[] | undefined
  /** Of the answer; 1 MiB where left out. */
  readonly maxBytes?: number | undefined
}

/** An answer as a profile looks at it, to say whether it is a refusal and which. */
export interface Refusal {
  readonly step: string
  readonly method: RestRequest['method']
  readonly status: number
  readonly body: unknown
}

/** What a refusal means, where the vendor's own words or codes tell more than the status. */
export interface Explanation {
  readonly code: ErrorCode
  /** The last part of the reason: `no-slots`. */
  readonly reason: string
  /** Why, in our words, fit for a tenant. */
  readonly message: string
  /** Default: `refused`. */
  readonly verdict?: Verdict | undefined
}

/** How a box is spoken to. */
export interface RestOptions {
  /** Left out: the box asks for no login. */
  readonly login?: Login | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Called for every answer but those accepted, a 2xx included; `undefined` leaves it to the status. */
  readonly explain?: ((refusal: Refusal) => Explanation | undefined) | undefined
  /** The box's own words in the body of an error, for the operator. */
  readonly said?: ((body: unknown) => string | undefined) | undefined
}

/** How a token is got, shown and given back. One login serves everybody; whoever wants one meanwhile waits for it. */
export interface Login {
  /** Gets a token. Called by one at a time. */
  login(options: LoginRequest): Promise<Token>
  /** The headers that show it. */
  headers(token: string): Readonly<Record<string, string>>
  /** Gives it back. Called when the driver closes, and when a newer one has taken its place. */
  logout?(token: string, options: Omit<LoginRequest, 'username' | 'password'>): Promise<unknown>
  /** Whether this answer says that the token holds no longer. Default: status 401. */
  isExpired?(answer: HttpAnswer): boolean
}

/** What a login is sent with. */
export interface LoginRequest {
  readonly username: string
  readonly password: string
  readonly signal: AbortSignal
  /** Sends without a token. Any 2xx resolves; the rest rejects as `RestClient.send` does. */
  readonly send: (request: RestRequest) => Promise<HttpAnswer>
}

/** What a login gave. */
export interface Token {
  readonly value: string
  /** How long it holds, milliseconds; a new one is got at four fifths of it. Left out: until it is refused. */
  readonly lifeMs?: number | undefined
}
