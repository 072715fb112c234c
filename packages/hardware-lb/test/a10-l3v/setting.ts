import type { HardwareOptions } from '../../src/index.ts'
import type { Certificate } from '../certificate.ts'

/** A password that nothing else has, so that it would be seen wherever it showed. */
export const PASSWORD = 'a10-password-canary-0123456789'
process.env['HWLB_TEST_A10_PASSWORD'] = PASSWORD

/** Fit for JSON. */
export function applianceAt(endpoint: string, { file, pin }: Pick<Certificate, 'file' | 'pin'>): object {
  return {
    profile: 'a10-l3v',
    endpoint,
    tls: { ca: { file }, pin },
    credentials: { username: 'ops', password: { env: 'HWLB_TEST_A10_PASSWORD' } },
    settings: { resourceTemplate: 'tenants' },
  }
}

/** As a file would have it. */
export function optionsFor(endpoint: string, certificate: Certificate): HardwareOptions {
  return { inventory: JSON.stringify({ appliances: { box: applianceAt(endpoint, certificate) } }) }
}
