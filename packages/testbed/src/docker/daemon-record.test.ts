import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseRecord, readRecord, removeRecord, writeRecord } from './daemon-record.ts'

const record = {
  process: { pid: 4711, startTicks: 109242, bootId: '11dbfe78-26b2-4527-a456-c781dcfd7fd3' },
  socketPath: '/var/run/docker.sock',
  startedAt: '2025-01-02T03:04:05.000Z',
}
let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphora-'))
  path = join(folder, 'new', 'docker.json')
})
afterEach(() => rm(folder, { recursive: true }))

it('gives back what was written, in a folder that it makes', async () => {
  await writeRecord({ ...record, startedAt: 'before' }, path)
  await writeRecord(record, path)
  expect(await readRecord(path)).toEqual(record)
  expect(await readdir(dirname(path))).toEqual(['docker.json'])
})

it('has nothing where nothing was written, and after it was removed', async () => {
  expect(await readRecord(path)).toBeUndefined()
  await writeRecord(record, path)
  await removeRecord(path)
  await removeRecord(path)
  expect(await readRecord(path)).toBeUndefined()
})

it('has nothing in a damaged file', async () => {
  await writeFile(join(folder, 'damaged'), JSON.stringify(record).slice(0, -5))
  expect(await readRecord(join(folder, 'damaged'))).toBeUndefined()
})

it.each<[string, unknown]>([
  ['no object', null],
  ['no process', { ...record, process: undefined }],
  ['no socket', { ...record, socketPath: 1 }],
  ['no time', { ...record, startedAt: undefined }],
  ['a pid that is text', { ...record, process: { ...record.process, pid: '4711' } }],
  ['the pid of a group', { ...record, process: { ...record.process, pid: -4711 } }],
  ['the pid of everybody', { ...record, process: { ...record.process, pid: 0 } }],
  ['the pid of init', { ...record, process: { ...record.process, pid: 1 } }],
  ['no start time', { ...record, process: { ...record.process, startTicks: null } }],
  ['no boot', { ...record, process: { pid: 4711, startTicks: 109242 } }],
])('refuses a record with %s', (_, value) => {
  expect(parseRecord(JSON.stringify(record))).toEqual(record)
  expect(parseRecord(JSON.stringify(value))).toBeUndefined()
})
