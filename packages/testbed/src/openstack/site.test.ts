import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { knownSite, openSite, putFile, siteFolder } from './site.ts'

let home: string
let folder: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'amphora-'))
  folder = join(home, 'new', 'openstack')
})
afterEach(() => rm(home, { recursive: true }))

it.each([
  [undefined, '/var/lib/amphora-testbed/openstack'],
  ['', '/var/lib/amphora-testbed/openstack'],
  ['/srv/test.bed-1', '/srv/test.bed-1/openstack'],
])('with AMPHORA_TESTBED_HOME %j lies in %s', (home, path) => {
  expect(siteFolder(home === undefined ? {} : { AMPHORA_TESTBED_HOME: home })).toBe(path)
})

it.each(['relative', '/with a blank', '/with$dollar', '/with"quote', '/'])(
  'refuses AMPHORA_TESTBED_HOME %j',
  (home) => {
    expect(() => siteFolder({ AMPHORA_TESTBED_HOME: home })).toThrow(
      `AMPHORA_TESTBED_HOME must be an absolute path of letters, digits and ._/-, found ${JSON.stringify(home)}`,
    )
  },
)

it('makes a password once, which only its owner may read', async () => {
  expect(await knownSite(folder)).toBeUndefined()
  const site = await openSite(folder)
  expect(site.password).toMatch(/^[\w-]{24}$/)
  expect(await openSite(folder)).toEqual(site)
  expect(await knownSite(folder)).toEqual(site)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
})

it('gives each site another password', async () => {
  const other = await openSite(join(home, 'other'))
  expect((await openSite(folder)).password).not.toBe(other.password)
})

it('says what to do where it may not write', async () => {
  await expect(openSite('/dev/null/amphora')).rejects.toThrow(
    'cannot write /dev/null/amphora: run this as root, or set AMPHORA_TESTBED_HOME to a folder of yours',
  )
})

it('writes a file only when its text changes, and leaves nothing beside it', async () => {
  const site = await openSite(folder)
  await putFile(site, 'etc/a.conf', 'one')
  const first = await stat(join(folder, 'etc/a.conf'), { bigint: true })
  await putFile(site, 'etc/a.conf', 'one')
  expect((await stat(join(folder, 'etc/a.conf'), { bigint: true })).mtimeNs).toBe(first.mtimeNs)
  await putFile(site, 'etc/a.conf', 'two')
  expect(await readFile(join(folder, 'etc/a.conf'), 'utf8')).toBe('two')
  expect(await readdir(join(folder, 'etc'))).toEqual(['a.conf'])
})
