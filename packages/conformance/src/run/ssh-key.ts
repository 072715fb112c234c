import { randomBytes } from 'node:crypto'

/** A public key in the authorized_keys form that nobody has the private part of (RFC 8709 section 4). */
export function newSshKey(comment: string): string {
  const type = Buffer.from('ssh-ed25519')
  const blob = Buffer.concat([sized(type), sized(randomBytes(32))])
  return `${type.toString()} ${blob.toString('base64')} ${comment}`
}

function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
