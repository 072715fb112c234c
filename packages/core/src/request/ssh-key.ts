const MAX_BYTES = 16 * 1024
const TYPE = /^[a-z][a-z0-9@.-]{2,63}$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** Whatever some reader ends a line at (Python's `splitlines`, for one, which cloud-init uses); a tab ends none. */
const BREAKS_LINE = /[^\P{Cc}\t]|[\u2028\u2029]/u

/**
 * Why a line is no SSH public key in the authorized_keys form (`type base64 [comment]`, sshd(8)); `undefined` where it
 * is one. Nothing of the line is ever quoted. Options such as `command=` are refused: they would run code at login.
 */
export function sshKeyProblem(line: unknown): string | undefined {
  if (typeof line !== 'string') return `is a string; found ${line === null ? 'null' : typeof line}`
  if (line.length > MAX_BYTES) return `has at most ${MAX_BYTES} characters; found ${line.length}`
  if (line.includes('PRIVATE KEY')) return 'is a private key; a public key belongs here'
  if (BREAKS_LINE.test(line) || !line.isWellFormed()) return 'is one line of text, without control characters'
  const [type = '', blob = ''] = line.split(' ')
  if (!TYPE.test(type)) return 'begins with the key type, such as ssh-ed25519; options before it are refused'
  if (!BASE64.test(blob)) return 'has base64 after the key type'
  return embeddedType(blob) === type ? undefined : 'is damaged: the type inside its base64 is not the one before it'
}

/** RFC 4253 section 6.6: the blob begins with its own type, as a 32-bit length and that many bytes. */
function embeddedType(base64: string): string | undefined {
  const blob = Buffer.from(base64, 'base64')
  if (blob.length < 4) return undefined
  const length = blob.readUInt32BE(0)
  return blob.length > 4 + length ? blob.toString('latin1', 4, 4 + length) : undefined
}
