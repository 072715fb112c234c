import { unpackTar } from 'modern-tar'
import { describe, expect, it } from 'vitest'
import { packFiles } from './archive.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const NOW = new Date('2026-01-02T03:04:05Z')

async function unpacked(archive: Buffer): Promise<Awaited<ReturnType<typeof unpackTar>>> {
  return unpackTar(Uint8Array.from(archive))
}

describe('an archive', () => {
  it('holds every byte at its path, for root alone', async () => {
    const long = `/${'d'.repeat(120)}/${'f'.repeat(120)}`
    const files = [
      { path: '/etc/haproxy/haproxy.cfg', bytes: new TextEncoder().encode('global\n') },
      { path: '/empty', bytes: bytes() },
      { path: '/ä ö/ü', bytes: bytes(0, 255, 10, 13, 0) },
      { path: long, bytes: new Uint8Array(10_240).fill(7) },
    ]
    const entries = await unpacked(await packFiles(files, '/', NOW))
    expect(entries.map(({ header }) => `/${header.name}`)).toEqual(files.map(({ path }) => path))
    for (const [index, { header, data }] of entries.entries()) {
      expect(header).toMatchObject({ type: 'file', mode: 0o600, uid: 0, gid: 0, mtime: NOW })
      expect(Buffer.from(data ?? [])).toEqual(Buffer.from(files[index]?.bytes ?? []))
    }
  })

  it('for a folder holds paths below it', async () => {
    const entries = await unpacked(
      await packFiles([{ path: '/etc/amphora/a/b', bytes: bytes(1) }], '/etc/amphora', NOW),
    )
    expect(entries.map(({ header }) => header.name)).toEqual(['a/b'])
  })

  it.each([
    ['/etc/../evil', '/'],
    ['/../evil', '/'],
    ['/a/./b', '/'],
    ['/a//b', '/'],
    ['/a/', '/'],
    ['relative', '/'],
    ['/a\0b', '/'],
    ['/a\\b', '/'],
    ['/etc/other/x', '/etc/amphora'],
    ['/etc/amphora', '/etc/amphora'],
    ['/etc/amphorae/x', '/etc/amphora'],
    ['/', '/'],
  ])('refuses %j below %s', async (path, directory) => {
    await expect(packFiles([{ path, bytes: bytes() }], directory, NOW)).rejects.toMatchObject({ code: 'internal' })
  })
})
