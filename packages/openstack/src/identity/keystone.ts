import type { Clock } from '@amphora/core'
import type { HttpAnswer, HttpClient, HttpRequest } from '@amphora/http'
import type { Credentials } from '../cloud/credentials.ts'
import { asOpenStackError, OpenStackError } from '../openstack-error.ts'
import { isSecretText } from '../secret.ts'
import { refusalError } from '../service/refusal.ts'
import { authBody, type Login } from './auth-body.ts'
import type { Grant } from './grant.ts'
import { readToken } from './token.ts'

const PEER = 'Keystone'
const PREFIX = 'openstack'
const STEP = 'let us in'
/** A catalogue of many regions is long. */
const LONGEST = 4 * 1024 * 1024

/** Gets tokens of Keystone, and gives them back. */
export class Keystone {
  readonly #http: HttpClient
  readonly #clock: Pick<Clock, 'now'>
  readonly #credentials: Credentials

  constructor(http: HttpClient, clock: Pick<Clock, 'now'>, credentials: Credentials) {
    this.#http = http
    this.#clock = clock
    this.#credentials = credentials
  }

  /** Whether asking again may give something that is accepted where the last was not. */
  get isRenewable(): boolean {
    const credentials = this.#credentials
    if (credentials.kind === 'token') return credentials.token.mayChange
    return credentials.kind === 'http_basic' ? credentials.password.mayChange : credentials.kind !== 'none'
  }

  /** @throws {OpenStackError} `unsent`, whatever came of it: what the caller wanted to send did not leave. */
  async login(signal: AbortSignal): Promise<Grant> {
    try {
      return await this.#login(signal)
    } catch (thrown) {
      throw asOpenStackError(thrown, STEP, PREFIX, 'unsent')
    }
  }

  /** Keystone forgets the token. */
  async revoke({ headers }: Grant, signal: AbortSignal): Promise<void> {
    const token = headers['x-auth-token']
    const credentials = this.#credentials
    if (token === undefined || !('authUrl' in credentials)) return
    await this.#http.send({
      method: 'DELETE',
      url: tokensUrl(credentials),
      headers: { 'x-auth-token': token, 'x-subject-token': token },
      signal,
      step: 'revoke our token',
      peer: PEER,
    })
  }

  async #login(signal: AbortSignal): Promise<Grant> {
    const credentials = this.#credentials
    if (credentials.kind === 'none') return endless({})
    if (credentials.kind === 'http_basic') {
      const pair = `${credentials.username}:${await credentials.password.reveal('password')}`
      return endless({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
    }
    if (credentials.kind !== 'token') return this.#obtain(credentials, await secretOf(credentials), signal)
    const token = await credentials.token.reveal('token')
    return credentials.scope === undefined
      ? this.#adopt(credentials, token, signal)
      : this.#obtain(credentials, token, signal)
  }

  async #obtain(login: Login, secret: string, signal: AbortSignal): Promise<Grant> {
    const answer = await this.#ask(login, { method: 'POST', json: authBody(login, secret), signal })
    const token = answer.header('x-subject-token')
    if (!isSecretText(token)) throw unreadable(answer)
    return this.#grant(answer, token, true)
  }

  /** A token that somebody else got is asked for its catalogue, and is itself left as it is. */
  async #adopt(login: Login, token: string, signal: AbortSignal): Promise<Grant> {
    const headers = { 'x-auth-token': token, 'x-subject-token': token }
    return this.#grant(await this.#ask(login, { method: 'GET', headers, signal }), token, false)
  }

  async #ask(login: Login, request: Pick<HttpRequest, 'method' | 'headers' | 'json' | 'signal'>): Promise<HttpAnswer> {
    const { method, headers, json, signal } = request
    const url = tokensUrl(login)
    const answer = await this.#http.send({
      method,
      url,
      headers,
      json,
      signal,
      maxBytes: LONGEST,
      step: STEP,
      peer: PEER,
    })
    if (answer.status === 200 || answer.status === 201) return answer
    const explain = (): ReturnType<typeof explained> => explained(login, answer.status)
    throw refusalError({ peer: PEER, prefix: PREFIX, step: STEP, quotes: true, explain }, answer)
  }

  #grant(answer: HttpAnswer, token: string, isOurs: boolean): Grant {
    const info = readToken(answer.body)
    if (info === undefined) throw unreadable(answer)
    // Its life is told by Keystone's clock, and ours may be wrong.
    const date = Date.parse(answer.header('date') ?? '')
    const now = Number.isNaN(date) ? ((isOurs ? info.issuedAt : undefined) ?? this.#clock.now()) : date
    const lifeMs = info.expiresAt === undefined ? undefined : Math.max(0, info.expiresAt - now)
    return { headers: { 'x-auth-token': token }, token: info, lifeMs, isOurs }
  }
}

function endless(headers: Grant['headers']): Grant {
  return { headers, token: undefined, lifeMs: undefined, isOurs: false }
}

function secretOf(login: Exclude<Login, { readonly kind: 'token' }>): Promise<string> {
  return login.kind === 'password'
    ? login.password.reveal('password')
    : login.secret.reveal('application credential secret')
}

function tokensUrl({ authUrl }: Login): URL {
  return new URL(`${authUrl.href}/auth/tokens`)
}

/** Keystone gives the same 401 for a wrong password, an unknown user and an unknown project (measured, 22.0). */
function explained(
  { kind }: Login,
  status: number,
): { readonly code: 'unauthenticated'; readonly reason: string; readonly message: string } | undefined {
  const isRefused = status === 401 || (status === 404 && kind === 'token')
  return isRefused ? { code: 'unauthenticated', reason: 'openstack/login', message: WRONG[kind] } : undefined
}

const WRONG: Readonly<Record<Login['kind'], string>> = {
  password:
    'either the user, its domain or its password is wrong, or the project (or domain) does not exist or is not open to this user; it does not tell which',
  'application-credential': 'the application credential or its secret is wrong, or it has expired or been revoked',
  token: 'the token that was given has expired or been revoked, or is not good for what it is to be used for',
}

function unreadable({ status, requestId }: HttpAnswer): OpenStackError {
  return new OpenStackError(`${PEER} was asked to ${STEP} and answered with something else than a token`, {
    step: STEP,
    verdict: 'unsent',
    code: 'internal',
    reason: 'openstack/unreadable-answer',
    status,
    requestId,
    cause: new Error(`HTTP ${status}${requestId === undefined ? '' : ` (${requestId})`}`),
  })
}
