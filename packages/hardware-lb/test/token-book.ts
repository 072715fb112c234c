import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface TokenBookOptions {
  readonly user: string
  readonly password: string
  /** How every token begins, so that a leak can be searched for. */
  readonly prefix: string
  /** The token that a request shows. */
  readonly tokenOf: (headers: IncomingHttpHeaders) => string | undefined
  /** How many tokens hold at the same time; without bound where left out. */
  readonly cap?: number | undefined
  /** Milliseconds that a token holds; for ever where left out. */
  readonly lifeMs?: number | undefined
}

/** What a login comes to. */
type Issued = { readonly token: string } | { readonly refused: 'credentials' | 'cap' }

/** The logins of a simulated box, and the tokens that hold. */
export interface TokenBook {
  issue(user: unknown, password: unknown): Issued
  /** The same, of an `Authorization: Basic` header. */
  issueBasic(authorization: string | undefined): Issued
  /** Whether the request shows a token that holds. */
  check(headers: IncomingHttpHeaders): boolean
  /** False where it did not hold. */
  revoke(token: string): boolean
  /** As when a box restarts, or all of them run out. */
  expireAll(): void
  setCap(cap: number | undefined): void
  /** From now on good credentials are refused as well, or no longer. */
  setRefusing(isRefusing: boolean): void
  /** Logins that were granted. */
  readonly logins: number
  /** Logins that were refused. */
  readonly refusals: number
  /** The tokens that hold. */
  readonly live: readonly string[]
}

export function createTokenBook({ user, password, prefix, tokenOf, lifeMs, ...options }: TokenBookOptions): TokenBook {
  const endings = new Map<string, number>()
  let { cap } = options
  let isRefusing = false
  let logins = 0
  let refusals = 0

  function live(): readonly string[] {
    for (const [token, end] of endings) if (performance.now() >= end) endings.delete(token)
    return [...endings.keys()]
  }

  function issue(givenUser: unknown, givenPassword: unknown): Issued {
    const isGood = givenUser === user && givenPassword === password && !isRefusing
    const isFull = cap !== undefined && live().length >= cap
    if (!isGood || isFull) {
      refusals += 1
      return { refused: isGood ? 'cap' : 'credentials' }
    }
    logins += 1
    const token = `${prefix}${randomUUID()}`
    endings.set(token, lifeMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + lifeMs)
    return { token }
  }

  return {
    issue,
    issueBasic: (authorization = '') => {
      const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization) ?? []
      const plain = Buffer.from(encoded, 'base64').toString()
      const colon = plain.indexOf(':')
      return issue(plain.slice(0, Math.max(colon, 0)), plain.slice(colon + 1))
    },
    check: (headers) => {
      const token = tokenOf(headers)
      return token !== undefined && live().includes(token)
    },
    revoke: (token) => endings.delete(token),
    expireAll: () => endings.clear(),
    setCap: (most) => void (cap = most),
    setRefusing: (refusing) => void (isRefusing = refusing),
    get logins() {
      return logins
    },
    get refusals() {
      return refusals
    },
    get live() {
      return live()
    },
  }
}
