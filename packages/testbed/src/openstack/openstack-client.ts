import { execa } from 'execa'
import { TestbedError } from '../testbed-error.ts'
import type { Credentials } from './credentials.ts'
import { endpoints } from './endpoints.ts'
import { processEnvironment } from './environment.ts'
import type { Site } from './site.ts'

/** What OpenStack's own client printed. */
export interface ClientOutput {
  readonly stdout: string
  /** The output as one JSON document, which `-f json` asks for. Throws when it is none. */
  json(): unknown
}

/** Runs OpenStack's own client, `openstack`: a witness that shares no code with a driver. Rejects when it fails. */
export async function runClient(
  site: Site,
  credentials: Credentials,
  parameters: readonly string[],
): Promise<ClientOutput> {
  const result = await execa('/usr/bin/openstack', parameters, {
    cwd: '/',
    extendEnv: false,
    env: processEnvironment(site, {
      OS_AUTH_URL: endpoints.keystone,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: credentials.username,
      OS_PASSWORD: credentials.password,
      OS_PROJECT_NAME: credentials.projectName,
      OS_USER_DOMAIN_NAME: credentials.userDomainName,
      OS_PROJECT_DOMAIN_NAME: credentials.projectDomainName,
      OS_REGION_NAME: credentials.region,
    }),
    reject: false,
  })
  if (result.failed) {
    const words = (result.stderr.trimEnd() || result.shortMessage || '').split('\n').at(-1)?.slice(0, 300)
    throw new TestbedError(`openstack ${parameters.join(' ')} failed: ${words}`)
  }
  const { stdout } = result
  return { stdout, json: () => JSON.parse(stdout) as unknown }
}
