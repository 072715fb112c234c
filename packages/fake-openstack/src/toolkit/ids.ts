import { createHash, randomUUID } from 'node:crypto'

/** An id as Keystone makes them: 32 hexadecimal digits, the same for the same text. */
export function hexId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** A UUID that is the same for the same text. */
export function uuidOf(text: string): string {
  const hex = hexId(text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

export function requestId(): string {
  return `req-${randomUUID()}`
}
