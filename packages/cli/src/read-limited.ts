import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { addAbortSignal } from 'node:stream'
import { UsageError } from './usage-error.ts'

/** More than any file of a request or configuration can hold; what is longer is cut behind it. */
const MOST_BYTES = 1024 * 1024

/**
 * A file of this machine, pipes such as `<(…)` included. Reads at most a byte more than 1 MiB.
 *
 * @throws {UsageError} saying why it cannot be read, and what it was wanted for.
 */
export async function readLocalFile(path: string, wantedFor: string, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readLimited(createReadStream(path, { end: MOST_BYTES }), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new UsageError(`Cannot read ${path} for ${wantedFor}: ${whyUnreadable(error)}`, {
      advice: 'Correct the path, or who may read it.',
    })
  }
}

/** What a stream holds, at most a byte more than 1 MiB; the rest stays unread. */
export async function readLimited(stream: Readable, signal: AbortSignal): Promise<Buffer> {
  signal.throwIfAborted()
  const chunks: Buffer[] = []
  let size = 0
  try {
    const given: AsyncIterable<Uint8Array | string> = addAbortSignal(signal, stream)
    for await (const chunk of given) {
      const bytes = Buffer.from(chunk)
      chunks.push(bytes)
      size += bytes.byteLength
      if (size > MOST_BYTES) break
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES + 1)
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') return 'it failed in an unknown way'
  return REASONS[code] ?? code
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
}
