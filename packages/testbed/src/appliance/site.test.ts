import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { applianceFolder, knownApplianceSite, openApplianceSite } from './site.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'amphora-'))
})
afterEach(() => rm(home, { recursive: true }))

it('lies in AMPHORA_TESTBED_HOME, which is a path that needs no escaping', () => {
  expect(applianceFolder({})).toBe('/var/lib/amphora-testbed/appliance')
  expect(applianceFolder({ AMPHORA_TESTBED_HOME: '/srv/bed' })).toBe('/srv/bed/appliance')
  expect(() => applianceFolder({ AMPHORA_TESTBED_HOME: '/srv/a bed' })).toThrow('must be an absolute path')
})

it('keeps the secrets that it was made with, for its owner alone', async () => {
  const folder = join(home, 'appliance')
  expect(await knownApplianceSite(folder)).toBeUndefined()
  const { secrets } = await openApplianceSite(folder)
  expect(new Set(Object.values(secrets)).size).toBe(3)
  expect((await openApplianceSite(folder)).secrets).toEqual(secrets)
  expect(await readFile(join(folder, 'secrets.json'), 'utf8')).toContain(secrets.authKey)
  expect((await stat(join(folder, 'secrets.json'))).mode & 0o077).toBe(0)
})
