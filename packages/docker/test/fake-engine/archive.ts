import { posix } from 'node:path'
import { unpackTar } from 'modern-tar'
import type { FakeContainer } from './container.ts'

/** Folders that every image has. */
const FOLDERS = new Set(['/', '/etc', '/bin', '/tmp', '/root', '/var'])

/**
 * Why the engine would not unpack it; `undefined` once it lies in the container. Unless it is told to keep directories, a
 * file takes the place of one, with all that is in it.
 */
export async function unpackInto(
  container: FakeContainer,
  directory: string,
  tar: Uint8Array,
  keepsDirectories: boolean,
): Promise<string | undefined> {
  const entries = await unpackTar(Uint8Array.from(tar)).catch(() => undefined)
  if (entries === undefined) return 'Error processing tar file(exit status 1): archive/tar: invalid tar header'
  for (const { header, data } of entries) {
    const path = posix.join(directory, header.name)
    if (FOLDERS.has(path) && keepsDirectories) {
      return `Error processing tar file(exit status 1): cannot overwrite directory "${path}" with non-directory "/"`
    }
    container.files.set(path, { bytes: data ?? new Uint8Array(), mode: header.mode ?? 0, uid: header.uid ?? 0 })
  }
  return undefined
}
