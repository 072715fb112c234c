/** A file of an archive. */
export interface CpioEntry {
  readonly path: string
  readonly bytes?: Uint8Array
  /** Type and permissions, as stat(2) has them. */
  readonly mode: number
}

/**
 * An archive in the format that Linux unpacks as its first file system: "newc" of cpio(5), which the kernel's
 * `Documentation/driver-api/early-userspace/buffer-format.rst` describes.
 */
export function packCpio(entries: readonly CpioEntry[]): Buffer {
  const all = [...entries, { path: 'TRAILER!!!', mode: 0 }]
  return Buffer.concat(all.flatMap((entry, index) => packEntry(entry, index + 1)))
}

function packEntry({ path, bytes = new Uint8Array(), mode }: CpioEntry, inode: number): readonly Uint8Array[] {
  const name = Buffer.from(`${path}\0`)
  const [uid, gid, links, time, checksum] = [0, 0, 1, 0, 0]
  const numbers = [inode, mode, uid, gid, links, time, bytes.length, 0, 0, 0, 0, name.length, checksum]
  const head = `070701${numbers.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('')}`
  return [Buffer.from(head), name, padding(head.length + name.length), bytes, padding(bytes.length)]
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4)
}
