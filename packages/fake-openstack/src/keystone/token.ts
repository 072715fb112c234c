import { randomBytes } from 'node:crypto'
import type { JsonRecord } from '../toolkit/json.ts'

/** Who asks, as a token tells. */
export interface FakeIdentity {
  readonly userId: string
  readonly userName: string
  /** `undefined`: the token is unscoped, or scoped to the whole cloud. */
  readonly project: { readonly id: string; readonly name: string } | undefined
  readonly roles: readonly string[]
  readonly isAdmin: boolean
}

/** What one login gave. */
export interface FakeToken {
  /** As it stands in `X-Auth-Token`. */
  readonly text: string
  readonly identity: FakeIdentity
  readonly methods: readonly string[]
  readonly auditIds: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  /** What its `token` document says beside the above: roles, catalogue, project. */
  readonly document: JsonRecord
}

/** Fernet tokens begin like this: version 0x80 and a time whose first bytes are zero. */
export function tokenText(): string {
  return `gAAAAAB${randomBytes(129).toString('base64url')}`
}

export function auditId(): string {
  return randomBytes(16).toString('base64url')
}
