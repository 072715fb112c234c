import { createHash, randomBytes } from 'node:crypto'

/** What a guest of ours says of itself: whose it is, which order made it, and which one of its name it is. */
export interface Mark {
  readonly owner: string
  /** Of the order's fingerprint; it tells the same order from another, and no secret can be guessed by it. */
  readonly fingerprint: string
  /** No two guests have the same. */
  readonly nonce: string
  /** Of the placement group. */
  readonly group: string | undefined
}

/** `amphora:<owner>:<fingerprint>:<nonce>`, and `:<group>` where it is in one: at most 68 characters. */
export function writeMark({ owner, fingerprint, nonce, group }: Mark): string {
  return ['amphora', owner, fingerprint, nonce, ...(group === undefined ? [] : [group])].join(':')
}

/** `undefined` where it is none of ours, of whatever owner. */
export function readMark(text: string | undefined): Mark | undefined {
  const found = MARK.exec(text ?? '')
  if (found === null) return undefined
  const [, owner = '', fingerprint = '', nonce = '', group] = found
  return { owner, fingerprint, nonce, group }
}

const MARK = /^amphora:([a-z0-9]{1,20}):([0-9a-f]{16}):([a-z0-9]{8})(?::([0-9a-f]{12}))?$/

/** 41 bits: enough among the guests that one name ever has. */
export function newNonce(): string {
  return BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(13, '0')
    .slice(-8)
}

/** The form of a fingerprint is core's; its digest has one that fits into a text field. */
export function fingerprintTag(fingerprint: string): string {
  return digest(fingerprint).slice(0, 16)
}

export function groupTag(group: string): string {
  return digest(group).slice(0, 12)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
