import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'

export interface MimePart {
  readonly type: string
  readonly bytes: Buffer
  /** With its headers, as it stands. */
  readonly raw: string
}

/** The part of a cloud-config that the driver writes. */
export interface CloudConfig {
  readonly ssh_authorized_keys?: readonly string[]
  readonly write_files?: readonly { readonly path: string; readonly content: string }[]
}

/** The parts of a MIME multipart, gzipped or not. For the documents of this package, not for any. */
export function partsOf(document: Uint8Array | undefined): readonly MimePart[] {
  const packed = Buffer.from(document ?? [])
  const text = (packed[0] === 0x1f ? gunzipSync(packed) : packed).toString('latin1')
  const boundary = /^Content-Type: multipart\/mixed; boundary="([^"]+)"/.exec(text)?.[1]
  if (boundary === undefined) throw new Error('this is no multipart')
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((raw) => partOf(raw.replace(/^\n/, '')))
}

/** What the last cloud-config of it says: the driver's own. */
export function cloudConfigIn(document: Uint8Array | undefined): CloudConfig {
  const part = partsOf(document).findLast(({ type }) => type === 'text/cloud-config')
  return parse(part?.bytes.toString('utf8') ?? '')
}

function partOf(raw: string): MimePart {
  const end = raw.indexOf('\n\n')
  const head = raw.slice(0, end)
  const body = raw.slice(end + 2)
  const encoded = /^Content-Transfer-Encoding: base64$/m.test(head)
  return {
    type: /^Content-Type: (.*)$/m.exec(head)?.[1] ?? '',
    bytes: Buffer.from(body, encoded ? 'base64' : 'latin1'),
    raw,
  }
}
