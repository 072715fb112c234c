import { TestbedError } from '../testbed-error.ts'
import { applianceStatus } from './status.ts'

/**
 * Why there are no appliances to run tests against; `undefined` where the testbed's are up. On a CI machine, where there
 * always are, it throws instead: no test may be skipped there.
 */
export async function applianceMissing(): Promise<string | undefined> {
  const { up, folder } = await applianceStatus()
  if (up) return undefined
  const reason = `the testbed's appliances in ${folder} are not up: run \`pnpm testbed appliance up\` as root`
  if (process.env['CI'] === 'true') throw new TestbedError(reason)
  return reason
}
