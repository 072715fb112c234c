import type { TokenInfo } from './token.ts'

/** What lets requests through, and for how long. */
export interface Grant {
  /** The headers that carry it. */
  readonly headers: Readonly<Record<string, string>>
  /** What Keystone told of the token; `undefined` where there is no Keystone. */
  readonly token: TokenInfo | undefined
  /** Milliseconds that it lives from now on; `undefined` where it does not end. */
  readonly lifeMs: number | undefined
  /** Whether we had it made, and so may have it revoked. */
  readonly isOurs: boolean
}
