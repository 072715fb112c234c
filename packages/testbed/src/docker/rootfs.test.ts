import type { TarEntry } from 'modern-tar'
import { expect, it } from 'vitest'
import { librariesOf, withParents } from './rootfs.ts'

it('finds the libraries and the loader, not what the kernel provides', () => {
  const ldd = `\tlinux-vdso.so.1 (0x00007ffd1b5f2000)
\tlibcrypt.so.1 => /lib/x86_64-linux-gnu/libcrypt.so.1 (0x00007f3c5a0a2000)
\tliblua5.3.so.0 => /usr/lib/x86_64-linux-gnu/liblua5.3.so.0 (0x00007f3c59a00000)
\tlibgone.so.2 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f3c5a5f1000)`
  expect(librariesOf(ldd)).toEqual([
    '/lib/x86_64-linux-gnu/libcrypt.so.1',
    '/usr/lib/x86_64-linux-gnu/liblua5.3.so.0',
    '/lib64/ld-linux-x86-64.so.2',
  ])
})

it('puts every folder once, before what lies in it', () => {
  const run = { header: { name: 'run/', size: 0, type: 'directory' as const, mode: 0o700 } }
  const entries = withParents([file('usr/lib/x/a.so'), run, file('usr/lib/b.so'), file('run/x'), file('top')])
  expect(entries.map(({ header }) => header.name)).toEqual([
    'usr/',
    'usr/lib/',
    'usr/lib/x/',
    'usr/lib/x/a.so',
    'run/',
    'usr/lib/b.so',
    'run/x',
    'top',
  ])
  expect(entries[0]?.header).toMatchObject({ type: 'directory', mode: 0o755, uid: 0, gid: 0 })
  expect(entries[4]).toBe(run)
})

function file(name: string): TarEntry {
  return { header: { name, size: 0, type: 'file' } }
}
