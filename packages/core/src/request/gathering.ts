const encoder = new TextEncoder()

/** Chunks of bytes and text as they come, up to a limit. Keeps copies, since what a chunk lies in may be used again. */
export class Gathering {
  readonly #maxBytes: number
  readonly #chunks: Uint8Array[] = []
  #size = 0
  /** The first half of a surrogate pair that the end of a chunk cut in two. */
  #half = ''

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** False where the limit is passed: nothing is kept of this chunk, and no other one is to follow. */
  add(chunk: string | Uint8Array): boolean {
    if (typeof chunk !== 'string') return this.#endText() && this.#take(chunk.byteLength, () => Uint8Array.from(chunk))
    const text = this.#half + chunk
    const cut = endsInHalf(text) ? text.length - 1 : text.length
    const whole = text.slice(0, cut)
    this.#half = text.slice(cut)
    return this.#take(Buffer.byteLength(whole), () => encoder.encode(whole))
  }

  /** All of it; `undefined` where the limit is passed. */
  end(): Uint8Array | undefined {
    if (!this.#endText()) return undefined
    const all = new Uint8Array(this.#size)
    let at = 0
    for (const chunk of this.#chunks) {
      all.set(chunk, at)
      at += chunk.byteLength
    }
    return all
  }

  /** A half that stays alone becomes U+FFFD, as in any text. */
  #endText(): boolean {
    const half = this.#half
    this.#half = ''
    return this.#take(Buffer.byteLength(half), () => encoder.encode(half))
  }

  #take(size: number, bytes: () => Uint8Array): boolean {
    if (this.#size + size > this.#maxBytes) return false
    this.#size += size
    if (size > 0) this.#chunks.push(bytes())
    return true
  }
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}
