import type { Readable } from 'node:stream'

/** How reading a body ended. */
export type BodyEnd =
  | { readonly kind: 'whole'; readonly body: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'broken'; readonly error: unknown }

/** Reads to the end, or until there is more than `maxBytes`; then, and where it breaks, the stream is destroyed. */
export function readBody(stream: Readable, maxBytes: number): Promise<BodyEnd> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let length = 0
    const end = (how: BodyEnd): void => {
      resolve(how)
      if (how.kind !== 'whole') stream.destroy()
    }
    stream.on('data', (piece: Buffer) => {
      length += piece.length
      if (length > maxBytes) end({ kind: 'too-long' })
      else pieces.push(piece)
    })
    stream.on('end', () => {
      const [first] = pieces
      end({ kind: 'whole', body: pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, length) })
    })
    stream.on('error', (error) => end({ kind: 'broken', error }))
    // A stream that is destroyed without an error ends here and nowhere else.
    stream.on('close', () => end({ kind: 'broken', error: undefined }))
  })
}
