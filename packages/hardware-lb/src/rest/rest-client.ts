import { AmphoraComputeError, codeFromHttpStatus, type Clock } from '@amphora/core'
import { HttpClient, type HttpAnswer } from '@amphora/http'
import { ApplianceError, evidence, type Verdict } from '../errors.ts'
import type { Access } from '../inventory/settings.ts'
import { httpTls } from './http-tls.ts'
import type { RestOptions, RestRequest } from './request.ts'
import { TokenSession } from './token-session.ts'
import { urlOf } from './url.ts'

export type { RestOptions } from './request.ts'

export interface RestClientOptions {
  /** The first part of every reason, and how the box is called in messages. */
  readonly profile: { readonly name: string; readonly title: string }
  readonly endpoint: URL
  readonly access: Access
  readonly clock: Clock
}

/** The REST interface of one box: its sockets, its token, and the meaning of its answers. */
export class RestClient {
  readonly #options: RestClientOptions
  readonly #rest: RestOptions
  readonly #session: TokenSession | undefined
  #http: Promise<HttpClient> | undefined

  constructor(options: RestClientOptions, rest: RestOptions) {
    const { access, clock } = options
    this.#options = options
    this.#rest = rest
    if (rest.login !== undefined) {
      const send = (request: RestRequest): Promise<HttpAnswer> => this.#once(request, {})
      this.#session = new TokenSession({ login: rest.login, credentials: credentialsOf(access), clock, send })
    }
  }

  /**
   * Any 2xx that the profile has nothing against, and what the request accepts. A token that the box no longer takes is
   * replaced, and the request sent once more.
   *
   * @throws {ApplianceError | HttpError} whose `verdict` says whether the box may have acted.
   */
  async send(request: RestRequest): Promise<HttpAnswer> {
    const session = this.#session
    const { login } = this.#rest
    if (session === undefined || login === undefined) return this.#once(request, {})
    const token = await session.token(request.signal)
    const answer = await this.#answer(request, login.headers(token))
    const isExpired = login.isExpired?.(answer) ?? answer.status === 401
    if (!isExpired) return this.#judged(request, answer)
    session.refuse(token)
    return this.#once(request, login.headers(await session.token(request.signal)))
  }

  /** Gives back the token and the connections. */
  async close(): Promise<void> {
    await this.#session?.close()
    const http = await this.#http?.catch(() => undefined)
    http?.close()
  }

  async #once(request: RestRequest, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    return this.#judged(request, await this.#answer(request, headers))
  }

  async #answer(request: RestRequest, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    const { method, path, query, json, signal, step, maxBytes } = request
    const { endpoint, profile } = this.#options
    const http = await this.#client(step)
    return http.send({
      method,
      url: urlOf(endpoint, path, query),
      headers: { ...this.#rest.headers, ...headers, ...request.headers },
      json,
      signal,
      step,
      peer: profile.title,
      maxBytes,
    })
  }

  #judged(request: RestRequest, answer: HttpAnswer): HttpAnswer {
    const { step, method, accept = [] } = request
    const { status, body, retryAfterMs } = answer
    if (accept.includes(status)) return answer
    const { name, title } = this.#options.profile
    const said = this.#rest.said?.(body)
    const explained = this.#rest.explain?.({ step, method, status, body })
    if (explained === undefined && status >= 200 && status < 300) return answer
    const { code, verdict = 'refused' } = explained ?? {
      code: codeFromHttpStatus(status),
      verdict: unexplained(status),
    }
    const why = explained === undefined ? ` and answered ${status}` : `: ${explained.message}`
    throw new ApplianceError(`${title} would not ${step}${why}`, {
      code,
      verdict,
      reason: explained && `${name}/${explained.reason}`,
      retryAfterMs,
      cause: evidence(`HTTP ${status}`, said),
    })
  }

  /** Made when it is first needed, since certificates may lie in files; a failure to make one is not kept. */
  async #client(step: string): Promise<HttpClient> {
    const { access, clock, profile } = this.#options
    this.#http ??= httpTls(access.tls).then(
      (tls) => new HttpClient({ clock, tls, allowInsecureHttp: access.allowInsecureHttp }),
    )
    try {
      return await this.#http
    } catch (thrown) {
      this.#http = undefined
      const { message, code, reason } = AmphoraComputeError.from(thrown, 'failed-precondition')
      throw new ApplianceError(`${profile.title} cannot be asked to ${step}: ${message}`, {
        verdict: 'unsent',
        code,
        reason,
      })
    }
  }
}

function credentialsOf({ credentials }: Access): NonNullable<Access['credentials']> {
  if (credentials !== undefined) return credentials
  throw new TypeError('a profile that logs in demands credentials in its problems')
}

/** An intermediary, or a box in trouble, does not know whether the box acted. */
function unexplained(status: number): Verdict {
  return status >= 500 || status < 400 || status === 408 || status === 425 ? 'unsure' : 'refused'
}
