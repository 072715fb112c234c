/** One request. Nothing is added to it but `accept`, `user-agent`, and the length and type of its body. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Where it goes, and nowhere else: redirects are not followed. */
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as `application/json`, unless a header says another type. At most 8 MiB. */
  readonly json?: unknown
  /** Ends it at once, at whatever stage. */
  readonly signal: AbortSignal
  /** The longest body of an answer that is read. Default 1 MiB. */
  readonly maxBytes?: number | undefined
  /** What is asked, for messages: `create the server`. */
  readonly step: string
  /** Whom, for messages: `Nova`. */
  readonly peer: string
}

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  /** The first value of a header, of whatever case. */
  readonly header: (name: string) => string | undefined
  /**
   * The body, parsed: nested no deeper than 64, without keys named `__proto__`. `undefined` where there is none, and
   * where a body that does not belong to a 2xx is no such JSON.
   */
  readonly body: unknown
  /** What the peer calls this request in its own log. */
  readonly requestId: string | undefined
  /** Milliseconds after which the peer says that it may be asked again, at most ten minutes. */
  readonly retryAfterMs: number | undefined
}
