import { afterEach, expect, it, vi } from 'vitest'
import { applianceMissing } from './missing.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('says that nothing is up and how to change that', async () => {
  vi.stubEnv('AMPHORA_TESTBED_HOME', '/nonexistent')
  vi.stubEnv('CI', '')
  expect(await applianceMissing()).toBe(
    "the testbed's appliances in /nonexistent/appliance are not up: run `pnpm testbed appliance up` as root",
  )
})

it('skips no test on a CI machine', async () => {
  vi.stubEnv('AMPHORA_TESTBED_HOME', '/nonexistent')
  vi.stubEnv('CI', 'true')
  await expect(applianceMissing()).rejects.toThrow("the testbed's appliances in /nonexistent/appliance are not up")
})
