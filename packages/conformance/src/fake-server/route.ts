import type { RecordedRequest } from './recorded-request.ts'
import type { FakeResponse } from './response.ts'

/**
 * Method and path, such as `GET /containers/{id}/json`. `{id}` stands for one segment, `{+path}` for one or more with
 * their slashes, as in RFC 6570. Where several templates fit, the one whose first differing segment is literal wins.
 */
export type RouteTemplate = `${'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'} /${string}`

/** The parameters in a template: `{ id: string }` for `GET /containers/{id}/json`. */
export type PathParams<T extends string> = { readonly [Name in ParamNames<T>]: string }

type ParamNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `+${infer Bare}` ? Bare : Name) | ParamNames<Rest>
  : never

/** What the backend does with a request. Throwing answers 500 and marks the request unexpected: it is a bug in the fake. */
export type Handler<T extends string = string> = (
  request: RecordedRequest<PathParams<T>>,
) => FakeResponse | Promise<FakeResponse>

/** How a route differs from the others of its server. */
export interface RouteOptions {
  /** Milliseconds between the request's arrival and its handler (or its fault). Default: the server's `latencyMs`. */
  readonly latencyMs?: number
}

export interface Route {
  readonly template: RouteTemplate
  readonly handler: Handler
  readonly latencyMs: number | undefined
}

export interface MatchedRoute {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}
