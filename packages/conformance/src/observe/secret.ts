import { randomBytes } from 'node:crypto'

/** Something that must never show, and everything by which it would be known if it did. */
export interface Secret {
  /** What to call it where it showed; not the secret itself. */
  readonly label: string
  /** As it stands in texts. */
  readonly texts: readonly string[]
  /** As its bytes are shown, one by one, with all white space taken out. */
  readonly bytes: readonly string[]
}

/** A text of the kit's own that nothing else contains. */
export function newCanary(): string {
  return `canary${randomBytes(12).toString('hex')}`
}

/**
 * The forms that a text takes on its way: as it is, between quotes, in a URL, in base64 at any offset, and as bytes in
 * hexadecimal or decimal, as inspection shows them. Inspection breaks a text at the ends of its lines.
 */
export function secretOf(label: string, text: string): Secret {
  const bytes = Buffer.from(text)
  const some = [...bytes.subarray(0, 12)]
  const lines = text.split(/\r?\n/).filter((line) => line.length >= LEAST_LINE)
  const inUrls = [encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]
  const texts = [
    text,
    ...lines,
    ...inUrls,
    ...[0, 1, 2].map((offset) => inBase64(bytes, offset)),
    bytes.toString('hex'),
  ]
  const inHex = some.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { label, texts: [...new Set(texts)].filter((form) => form !== ''), bytes: [inHex, some.join(',')] }
}

/** Whether the text holds it in any of its forms. */
export function shows(text: string, { texts, bytes }: Secret): boolean {
  if (texts.some((form) => text.includes(form))) return true
  if (!BYTES.test(text)) return false
  const squeezed = text.replace(/\s+/g, '')
  return bytes.some((form) => squeezed.includes(form))
}

/** How inspection and JSON begin the bytes of a buffer. */
const BYTES = /<Buffer |Array\(|"type":"Buffer"|\{"0":/
/** The shortest line that tells one text from another. */
const LEAST_LINE = 16

/** What of a base64 text does not depend on what stands before and behind it. */
function inBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const start = Math.ceil((offset * 8) / 6)
  const certain = text.slice(start, text.length - 1)
  return certain.length >= 8 ? certain : ''
}
