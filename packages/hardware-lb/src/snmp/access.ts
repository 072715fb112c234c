import type { Secret } from '../inventory/secret.ts'

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
export const PRIV_PROTOCOLS = ['des', 'aes', 'aes256b', 'aes256r'] as const

/** Who we are to an SNMP agent, or a sender of traps to us. */
export type SnmpCredentials = SnmpUser | { readonly version: 'v2c'; readonly community: Secret }

/** A user of version 3. Without `auth` anybody can pretend to be it, without `priv` anybody can read along. */
export interface SnmpUser {
  readonly version: 'v3'
  readonly user: string
  readonly auth: { readonly protocol: (typeof AUTH_PROTOCOLS)[number]; readonly key: Secret } | undefined
  readonly priv: { readonly protocol: (typeof PRIV_PROTOCOLS)[number]; readonly key: Secret } | undefined
}

/** How an appliance is reached over SNMP. */
export interface SnmpAccess {
  readonly host: string
  readonly port: number
  readonly credentials: SnmpCredentials
  /** Milliseconds until a question is asked again. */
  readonly timeoutMs: number
  /** How often it is asked again. */
  readonly retries: number
}

/** Whether an answer proves who gave it: only then may something be changed on its word. */
export function isProtected(credentials: SnmpCredentials): boolean {
  return credentials.version === 'v3' && credentials.auth !== undefined
}
