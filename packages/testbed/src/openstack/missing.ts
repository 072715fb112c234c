import { TestbedError } from '../testbed-error.ts'
import { knownSite, siteFolder } from './site.ts'
import { openstackStatus } from './status.ts'

/**
 * Why there is no OpenStack to run tests against; `undefined` where the testbed's is up. On a CI machine, where there
 * is always one, it throws instead: no test may be skipped there.
 */
export async function openstackMissing(): Promise<string | undefined> {
  const what = await whatIsMissing()
  if (what === undefined) return undefined
  const reason = `the testbed's OpenStack is not up (${what}): run \`pnpm testbed openstack up\` as root`
  if (process.env['CI'] === 'true') throw new TestbedError(reason)
  return reason
}

async function whatIsMissing(): Promise<string | undefined> {
  const folder = siteFolder()
  if ((await knownSite(folder)) === undefined) return `none in ${folder} that this user may use`
  const { services, up } = await openstackStatus()
  if (up) return undefined
  const silent = services.filter(({ answers, ownPid }) => !answers || ownPid === undefined)
  return `${silent.map(({ name }) => name).join(', ')} missing`
}
