import { afterEach, expect, it, vi } from 'vitest'
import { openstackMissing } from './missing.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('says that nothing is up and how to change that', async () => {
  vi.stubEnv('AMPHORA_TESTBED_HOME', '/nonexistent')
  vi.stubEnv('CI', '')
  expect(await openstackMissing()).toBe(
    "the testbed's OpenStack is not up (none in /nonexistent/openstack that this user may use): " +
      'run `pnpm testbed openstack up` as root',
  )
})

it('skips no test on a CI machine', async () => {
  vi.stubEnv('AMPHORA_TESTBED_HOME', '/nonexistent')
  vi.stubEnv('CI', 'true')
  await expect(openstackMissing()).rejects.toThrow("the testbed's OpenStack is not up")
})
