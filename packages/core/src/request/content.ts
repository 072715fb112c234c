import { orAborted } from '../guard/abort.ts'

/** What reading came to: the bytes, or why there are none. */
export type Reading = { readonly bytes: Uint8Array } | { readonly problem: string }

/**
 * Reads file-like content once, and stops at the first chunk past the limit. What is not read to its end is given back
 * at once: streams are destroyed, iterators returned. Never keeps the caller's own bytes, which may change later.
 */
export async function readContent(content: unknown, maxBytes: number, signal: AbortSignal): Promise<Reading> {
  if (typeof content === 'string') return within(Buffer.byteLength(content), maxBytes) ?? { bytes: encode(content) }
  if (content instanceof Uint8Array) return within(content.byteLength, maxBytes) ?? { bytes: Uint8Array.from(content) }
  if (content instanceof Blob) return within(content.size, maxBytes) ?? readBlob(content, signal)
  if (isIterable(content)) return readIterable(content, maxBytes, signal)
  return { problem: `is a string, Uint8Array, Blob, Readable or async iterable; found ${kindOf(content)}` }
}

/** Gives content back unread. */
export function releaseContent(content: unknown): void {
  if (typeof content === 'object' && content !== null && 'destroy' in content) {
    if (typeof content.destroy === 'function') content.destroy()
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function within(size: number, maxBytes: number): Reading | undefined {
  return size > maxBytes ? tooLarge(maxBytes, `${size}`) : undefined
}

function tooLarge(maxBytes: number, found: string): Reading {
  return { problem: `has at most ${maxBytes} bytes; found ${found}` }
}

async function readBlob(blob: Blob, signal: AbortSignal): Promise<Reading> {
  try {
    return { bytes: new Uint8Array(await orAborted(blob.arrayBuffer(), signal)) }
  } catch (error) {
    signal.throwIfAborted()
    return unreadable(error)
  }
}

async function readIterable(
  source: AsyncIterable<unknown>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Reading> {
  if (wasRead(source)) return { problem: 'has been read before; give a stream that is still at its beginning' }
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let size = 0
  let finished = false
  try {
    for (;;) {
      const step = await orAborted(iterator.next(), signal)
      if (step.done === true) {
        finished = true
        return { bytes: concat(chunks, size) }
      }
      const chunk: unknown = typeof step.value === 'string' ? encode(step.value) : step.value
      if (!(chunk instanceof Uint8Array)) return { problem: `yields strings or bytes; found ${kindOf(chunk)}` }
      size += chunk.byteLength
      if (size > maxBytes) return tooLarge(maxBytes, 'more')
      chunks.push(Uint8Array.from(chunk))
    }
  } catch (error) {
    signal.throwIfAborted()
    finished = true
    return unreadable(error)
  } finally {
    if (!finished) giveBack(source, iterator)
  }
}

/** An iterator that is stuck in `next` never answers `return` either, so nothing waits for it. */
function giveBack(source: unknown, iterator: AsyncIterator<unknown>): void {
  releaseContent(source)
  iterator.return?.().catch(() => {})
}

function wasRead(source: object): boolean {
  const { readableDidRead, destroyed } = source as { readonly readableDidRead?: boolean; readonly destroyed?: boolean }
  return readableDidRead === true || destroyed === true
}

function unreadable(error: unknown): Reading {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  const why = typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? ` (${code})` : ''
  return { problem: `could not be read${why}` }
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
