import type { Readable } from 'node:stream'
import type { AxiosRequestConfig, AxiosResponse } from 'axios'
import type { Connections } from './connections.ts'

/** A request of which everything is known and checked. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  /** `false` for one that must not be sent. Has no prototype. */
  readonly headers: Record<string, string | false>
  readonly body: Buffer | undefined
  readonly signal: AbortSignal
}

/** The head of an answer, and its body as it comes. */
export interface WireAnswer {
  readonly status: number
  readonly headers: unknown
  readonly stream: Readable
}

/** Rejects with an error of Node's own, or with one that holds a code and nothing else. */
export type Send = (request: WireRequest) => Promise<WireAnswer>

/** The one place that knows axios, which is imported here and not before: it weighs more than all the rest. */
export async function loadTransport(connections: Connections): Promise<Send> {
  const { Axios, AxiosError } = await import('axios')
  // The class and not its ready-made instance: nobody else's defaults or interceptors take part.
  const axios = new Axios(
    bare<AxiosRequestConfig>({
      // The other adapters call every failure of a connection the same.
      adapter: 'http',
      maxRedirects: 0,
      proxy: false,
      responseType: 'stream',
      validateStatus: () => true,
      decompress: true,
      httpAgent: connections.http,
      httpsAgent: connections.https,
      maxBodyLength: Number.POSITIVE_INFINITY,
      timeout: 0,
    }),
  )
  const plain = (thrown: unknown): unknown =>
    thrown instanceof AxiosError ? (thrown.cause ?? Object.assign(new Error(), { code: thrown.code })) : thrown

  return async ({ method, url, headers, body, signal }) => {
    const config: AxiosRequestConfig = bare({ method, url, headers, data: body, signal })
    try {
      const answer = await axios.request<unknown, AxiosResponse<Readable>>(config)
      return { status: answer.status, headers: answer.headers, stream: answer.data }
    } catch (thrown) {
      throw plain(thrown)
    }
  }
}

/** Nothing that somebody put on the prototype of all objects is an option of ours. */
function bare<T extends object>(own: T): T {
  return Object.assign(Object.create(null), own)
}
