import { Writable } from 'node:stream'
import type { Output } from '../src/output/screen.ts'

export interface Capture extends Output {
  /** Everything that was written so far. */
  readonly text: string
}

/** Takes what is written, as a file would, or as a terminal that knows colours. */
export function capture(options: { readonly isTTY?: boolean; readonly heard?: (text: string) => void } = {}): Capture {
  const { isTTY = false, heard } = options
  let text = ''
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      text += chunk.toString()
      heard?.(chunk.toString())
      done()
    },
  })
  return Object.defineProperties(Object.assign(stream, { isTTY, columns: 100, hasColors: () => isTTY }), {
    text: { get: () => text },
  }) as Writable & { isTTY: boolean; columns: number; hasColors: () => boolean; text: string }
}

/** What moves a cursor or changes a colour begins with ESC or CSI. */
export function holdsControl(text: string): boolean {
  return text.includes('\u001b') || text.includes('\u009b')
}
