import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { packTar, type TarEntry } from 'modern-tar'
import { executablePath } from '../executable.ts'

/** Serves `amphora` on port 80. It switches no user and no root, so it runs as uid 0 without any capability. */
export const haproxyConfiguration = `global
  maxconn 100
  stats socket /run/haproxy/admin.sock mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend amphora
  bind :80
  http-request return status 200 content-type text/plain string "amphora"
`

/** A root file system as a tar: busybox under the name of every applet it has, and the files a program expects. */
export async function busyboxRootfs(): Promise<Uint8Array> {
  return packTar(await busyboxEntries())
}

/** The same with Debian's HAProxy, every library that it loads, and a configuration. */
export async function haproxyRootfs(): Promise<Uint8Array> {
  const haproxy = await executablePath('haproxy')
  const { stdout } = await execa('ldd', [haproxy])
  const copies = await Promise.all(
    [...librariesOf(stdout), haproxy].map(async (path) => {
      return file(path === haproxy ? '/usr/sbin/haproxy' : path, await readFile(path), 0o755)
    }),
  )
  const own = [
    file('/etc/haproxy/haproxy.cfg', Buffer.from(haproxyConfiguration), 0o644),
    directory('/run/haproxy/', 0o755),
    directory('/var/lib/haproxy/', 0o755),
  ]
  return packTar(withParents([...(await busyboxEntries()), ...copies, ...own]))
}

/** The libraries, and the loader, in what `ldd` prints; one the kernel provides has no path and is left out. */
export function librariesOf(ldd: string): readonly string[] {
  return [...ldd.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].map((match) => match[1] ?? '')
}

/** The same entries with a directory entry before the first entry that lies in it. */
export function withParents(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Set(entries.filter(({ header }) => header.type === 'directory').map(({ header }) => header.name))
  const added: TarEntry[] = []
  for (const { header } of entries) {
    for (let folder = dirname(header.name); folder !== '.' && !known.has(`${folder}/`); folder = dirname(folder)) {
      known.add(`${folder}/`)
      added.push(directory(`/${folder}/`, 0o755))
    }
  }
  return [...added.sort((a, b) => a.header.name.length - b.header.name.length), ...entries]
}

async function busyboxEntries(): Promise<TarEntry[]> {
  const busybox = await executablePath('busybox')
  const { stdout } = await execa(busybox, ['--list'])
  const applets = stdout.split('\n').filter((applet) => applet !== '' && applet !== 'busybox')
  return withParents([
    directory('/tmp/', 0o1777),
    directory('/root/', 0o700),
    directory('/run/', 0o755),
    symlink('/var/run', '/run'),
    file('/bin/busybox', await readFile(busybox), 0o755),
    ...applets.map((applet) => symlink(`/bin/${applet}`, 'busybox')),
    file('/etc/passwd', Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n'), 0o644),
    file('/etc/group', Buffer.from('root:x:0:\nnogroup:x:65534:\n'), 0o644),
  ])
}

function file(path: string, body: Uint8Array, mode: number): TarEntry {
  return { header: { ...common(path, mode), type: 'file', size: body.length }, body }
}

function directory(path: string, mode: number): TarEntry {
  return { header: { ...common(path, mode), type: 'directory', size: 0 } }
}

function symlink(path: string, target: string): TarEntry {
  return { header: { ...common(path, 0o777), type: 'symlink', linkname: target, size: 0 } }
}

/** The same path gives the same bytes: everything belongs to root and dates from 1970. */
function common(path: string, mode: number): Pick<TarEntry['header'], 'name' | 'mode' | 'uid' | 'gid' | 'mtime'> {
  return { name: path.slice(1), mode, uid: 0, gid: 0, mtime: new Date(0) }
}
