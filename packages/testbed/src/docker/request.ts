import { request, type IncomingHttpHeaders } from 'node:http'
import { dockerSocketPath } from './socket-path.ts'

export interface DockerRequestOptions {
  /** Default `GET`. */
  readonly method?: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  /** Bytes are sent as `application/x-tar`, anything else as JSON. */
  readonly body?: unknown
  /** Default: {@link dockerSocketPath}. */
  readonly socketPath?: string
  /** Milliseconds until the request is given up. Default 60,000. */
  readonly timeoutMs?: number
}

export interface DockerResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  text(): string
  /** The body as one JSON document. Throws when it is none. */
  json(): unknown
}

/**
 * One HTTP request over the engine's socket with nothing between: a witness that shares no code with any driver.
 * Resolves with whatever status the engine answers; rejects with the socket's own error (`ENOENT`, `ECONNREFUSED`,
 * `ECONNRESET`) or a `TimeoutError`. Every request has a connection of its own, so none outlives an engine's death.
 */
export function dockerRequest(path: string, options: DockerRequestOptions = {}): Promise<DockerResponse> {
  const { method = 'GET', query = {}, body, socketPath = dockerSocketPath(), timeoutMs = 60_000 } = options
  const { bytes, type } = encodeBody(body)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath,
        method,
        path: path + queryString(query),
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          host: 'docker',
          'content-length': bytes.length,
          ...(type === undefined ? {} : { 'content-type': type }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => resolve(answer(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks))))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}

/** The query string of the engine's API, `?` included: a list is a repeated key. */
export function queryString(query: Readonly<Record<string, string | readonly string[]>>): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(key, one)
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`
}

function encodeBody(body: unknown): { readonly bytes: Uint8Array; readonly type?: string } {
  if (body === undefined) return { bytes: new Uint8Array() }
  if (body instanceof Uint8Array) return { bytes: body, type: 'application/x-tar' }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
}

function answer(status: number, headers: IncomingHttpHeaders, bytes: Buffer): DockerResponse {
  const text = (): string => bytes.toString('utf8')
  return { status, headers, bytes, text, json: () => JSON.parse(text()) as unknown }
}
