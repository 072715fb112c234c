import { orAborted } from '../guard/abort.ts'
import { Gathering } from './gathering.ts'

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

/** Gives content back unread. Never throws, whatever the content does. */
export function releaseContent(content: unknown): void {
  if (content instanceof ReadableStream) return inSilence(() => content.cancel())
  if (typeof content !== 'object' || content === null || !('destroy' in content)) return
  const { destroy } = content
  if (typeof destroy === 'function') inSilence(() => Reflect.apply(destroy, content, []))
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
  signal.throwIfAborted()
  try {
    return { bytes: new Uint8Array(await orAborted(blob.arrayBuffer(), signal)) }
  } catch (error) {
    signal.throwIfAborted()
    return unreadable(error)
  }
}

async function readIterable(source: AsyncIterable<unknown>, maxBytes: number, signal: AbortSignal): Promise<Reading> {
  if (wasRead(source)) return { problem: 'has been read before; give a stream that is still at its beginning' }
  const gathering = new Gathering(maxBytes)
  let iterator: AsyncIterator<unknown> | undefined
  let finished = false
  try {
    iterator = source[Symbol.asyncIterator]()
    for (;;) {
      signal.throwIfAborted()
      const step = await orAborted(Promise.resolve(iterator.next()), signal)
      if (step.done === true) {
        finished = true
        const bytes = gathering.end()
        return bytes === undefined ? tooLarge(maxBytes, 'more') : { bytes }
      }
      const chunk = step.value
      if (!isChunk(chunk)) return { problem: `yields strings or bytes; found ${kindOf(chunk)}` }
      if (!gathering.add(chunk)) return tooLarge(maxBytes, 'more')
    }
  } catch (error) {
    signal.throwIfAborted()
    finished = true
    return unreadable(error)
  } finally {
    if (!finished) giveBack(source, iterator)
  }
}

function isChunk(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

/** An iterator that is stuck in `next` never answers `return` either, so nothing waits for it. */
function giveBack(source: unknown, iterator: AsyncIterator<unknown> | undefined): void {
  releaseContent(source)
  inSilence(() => iterator?.return?.())
}

/** What fails while something is given back is of no use to anybody, whether it throws or rejects. */
function inSilence(act: () => unknown): void {
  new Promise((resolve) => resolve(act())).catch(() => {})
}

function wasRead(source: object): boolean {
  const { readableDidRead, destroyed }: { readonly readableDidRead?: unknown; readonly destroyed?: unknown } = source
  return readableDidRead === true || destroyed === true
}

function unreadable(error: unknown): Reading {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const why = typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? ` (${code})` : ''
  return { problem: `could not be read${why}` }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
