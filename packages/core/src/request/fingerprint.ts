import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { BuildOrder } from '../build-request.ts'

/** What the fingerprint is made over: the order without what says nothing about what was ordered. */
export type Ordered = Omit<BuildOrder, 'fingerprint' | 'nameIsFresh'>

/**
 * `v1:` and the SHA-256 (with a key, the HMAC-SHA-256) in hex over canonical JSON of what was given. Fields that were
 * not given are left out, so that a newer core that knows more fields does not turn every repeat into a conflict. The
 * order of the files says nothing, the order of keys, networks, ports and groups does.
 */
export function fingerprintOf(order: Ordered, key?: string): string {
  const files = order.files.map((file) => [file.path, digest(file.bytes, key)] as const)
  const given = {
    ...order,
    files: files.sort(([a], [b]) => (a < b ? -1 : 1)),
    userData: order.userData === undefined ? undefined : digest(order.userData, key),
  }
  return `v1:${digest(canonicalJson(given), key)}`
}

function digest(data: string | Uint8Array, key: string | undefined): string {
  const hash: Hash | Hmac = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  return hash.update(data).digest('hex')
}

/** Members sorted by name, absent and empty ones left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    const members = Object.entries(inner).filter(([, member]) => !isAbsent(member))
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function isAbsent(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}
