import { AmphoraComputeError } from '@amphora/core'

/** A file that is to lie in the container before it starts. */
export interface PlacedFile {
  /** Absolute. */
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * A tar archive that the engine unpacks in `directory`: regular files only, owned by root, readable by root alone. The
 * engine answers 200 even to an entry named `../../etc/evil`, so every path is checked here once more.
 */
export async function packFiles(files: readonly PlacedFile[], directory: string, modifiedAt: Date): Promise<Buffer> {
  const entries = files.map(({ path, bytes }) => ({
    header: {
      name: nameBelow(directory, path),
      size: bytes.byteLength,
      type: 'file' as const,
      mode: 0o600,
      uid: 0,
      gid: 0,
      mtime: modifiedAt,
    },
    body: bytes,
  }))
  const { packTar } = await import('modern-tar')
  const { buffer, byteOffset, byteLength } = await packTar(entries)
  return Buffer.from(buffer, byteOffset, byteLength)
}

function nameBelow(directory: string, path: string): string {
  const base = directory === '/' ? '/' : `${directory}/`
  const name = path.startsWith(base) ? path.slice(base.length) : ''
  const fits = name.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (fits && !name.includes('\0') && !name.includes('\\')) return name
  throw new AmphoraComputeError('a file path was not in its normal form', { code: 'internal', reason: 'docker/path' })
}
