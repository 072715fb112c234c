import { readdir, readFile, readlink } from 'node:fs/promises'

/** Who listens on a port. */
export interface PortHolder {
  readonly pid: number
  readonly name: string
}

/** Who listens on this TCP port of this machine: `undefined` nobody, `unknown` somebody whom this user may not see. */
export async function portHolder(port: number): Promise<PortHolder | 'unknown' | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const inodes = tables.flatMap((table) => listeningInodes(table, port))
  return inodes.length === 0 ? undefined : ((await ownerOf(inodes)) ?? 'unknown')
}

/**
 * The sockets that listen on a port, in the text of `/proc/net/tcp` or `tcp6` (proc(5)): after a heading, one line each
 * with the local address in field 2, the state in field 4 (0A: listening) and the inode in field 10.
 */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted) === true && fields[3] === '0A')
    .map((fields) => fields[9] ?? '')
}

async function ownerOf(inodes: readonly string[]): Promise<PortHolder | undefined> {
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`))
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const files = await readdir(`/proc/${entry}/fd`).catch(() => [])
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${entry}/fd/${file}`).catch(() => '')))
    if (!targets.some((target) => links.has(target))) continue
    const name = await readFile(`/proc/${entry}/comm`, 'utf8').catch(() => '')
    return { pid: Number(entry), name: name.trim() }
  }
  return undefined
}
