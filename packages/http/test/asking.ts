import { systemClock } from '@amphora/core'
import { HttpClient, HttpError, type HttpAnswer, type HttpClientOptions, type HttpRequest } from '../src/index.ts'

/** What most tests do not care about. */
type Asked = Partial<HttpRequest> & { readonly path?: string }

/** A client of one server, which asks the same question in many ways. */
export interface Asking {
  readonly client: HttpClient
  readonly ask: (asked?: Asked) => Promise<HttpAnswer>
  /** The error of a question that must fail. */
  readonly fail: (asked?: Asked) => Promise<HttpError>
}

export function asking(origin: string, options: Partial<HttpClientOptions> = {}): Asking {
  const client = new HttpClient({ clock: systemClock, allowInsecureHttp: true, ...options })
  const ask = ({ path = '/things', ...asked }: Asked = {}): Promise<HttpAnswer> =>
    client.send({
      method: 'GET',
      url: new URL(path, origin),
      signal: new AbortController().signal,
      step: 'show the thing',
      peer: 'Nova',
      ...asked,
    })
  return { client, ask, fail: async (asked) => failure(ask(asked)) }
}

export async function failure(promise: Promise<unknown>): Promise<HttpError> {
  try {
    await promise
  } catch (thrown) {
    if (thrown instanceof HttpError) return thrown
    throw new Error('something else than an HttpError was thrown', { cause: thrown })
  }
  throw new Error('it did not fail')
}
