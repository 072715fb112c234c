import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { FaultKind } from './fault.ts'
import type { Moment, RecordedRequest } from './recorded-request.ts'
import type { MatchedRoute, RouteTemplate } from './route.ts'

/** The one writable form of a recorded request. */
export class Exchange implements RecordedRequest {
  readonly index: number
  readonly method: string
  readonly path: string
  readonly template: RouteTemplate | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly host: string | undefined
  readonly startedAt: number
  body: Uint8Array = new Uint8Array()
  finishedAt: number | undefined
  answered = false
  status: number | undefined
  bytesSent = 0
  fault: FaultKind | undefined
  unexpected: string | undefined
  readonly #moments = new Set<Moment>()
  readonly #gone = new AbortController()

  constructor(
    index: number,
    startedAt: number,
    request: IncomingMessage,
    target: Target,
    matched: MatchedRoute | undefined,
  ) {
    this.index = index
    this.startedAt = startedAt
    this.method = request.method ?? ''
    this.path = target.path
    this.query = target.query
    this.headers = request.headers
    this.host = request.headers.host
    this.template = matched?.route.template
    this.params = matched?.params ?? {}
    if (!matched) this.unexpected = `no route for ${this.method} ${this.path}`
  }

  get acted(): boolean {
    return this.#moments.has('acted')
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  text(): string {
    return Buffer.from(this.body).toString()
  }

  json(): unknown {
    return JSON.parse(this.text())
  }

  /** Called through the log alone, which tells those who wait. */
  mark(moment: Moment): void {
    this.#moments.add(moment)
  }

  has(moment: Moment): boolean {
    return this.#moments.has(moment)
  }

  leave(): void {
    this.#gone.abort()
  }
}

/** A request's target, taken apart without normalising it: `..` and `//` must show in the log as they were sent. */
export interface Target {
  readonly path: string
  readonly query: URLSearchParams
}

export function targetOf(request: IncomingMessage): Target {
  const url = request.url ?? ''
  const mark = url.indexOf('?')
  if (mark < 0) return { path: url, query: new URLSearchParams() }
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}
