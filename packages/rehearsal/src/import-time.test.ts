import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { importTimes, median } from './import-time.ts'

it('takes the middle value, however far the others are', () => {
  expect(median([9, 1, 1000])).toBe(9)
})

it('tells an import that takes long from one that does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-time-'))
  try {
    await writeFile(join(folder, 'slow.mjs'), 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)')
    await writeFile(join(folder, 'quick.mjs'), '')
    const entries = ['./slow.mjs', './quick.mjs'].map((entry) => ({ folder, entry }))
    const [slow = 0, quick = 0] = await importTimes(entries)
    expect(slow).toBeGreaterThan(quick)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
