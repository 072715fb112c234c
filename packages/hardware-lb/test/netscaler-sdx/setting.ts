import type { HardwareOptions } from '../../src/index.ts'
import type { Certificate } from '../certificate.ts'

/** A password that nothing else has, so that it would be seen wherever it showed. */
export const PASSWORD = 'sdx-password-canary-0123456789'
process.env['HWLB_TEST_SDX_PASSWORD'] = PASSWORD

export const flavors = {
  small: { vcpus: 1, memoryMiB: 2_048, throughputMbps: 500 },
  large: { vcpus: 4, memoryMiB: 5_120, throughputMbps: 4_000, sslCores: 2 },
} as const

/** Fit for JSON. */
export function applianceAt(endpoint: string, { file, pin }: Pick<Certificate, 'file' | 'pin'>): object {
  return {
    profile: 'netscaler-sdx',
    endpoint,
    tls: { ca: { file }, pin },
    credentials: { username: 'ops', password: { env: 'HWLB_TEST_SDX_PASSWORD' } },
    images: { standard: 'NSVPX-XEN-13.1-48.47_nc_64.xva', other: 'NSVPX-XEN-13.0-91.13_nc_64.xva' },
    networks: { front: 101, back: 102 },
    management: { addresses: ['10.0.0.10-10.0.1.250'], prefixLength: 23, gateway: '10.0.0.1' },
    settings: { profileName: 'tenants', dataPort: 'LA/1' },
  }
}

/** As a file would have it. */
export function optionsFor(endpoint: string, certificate: Certificate): HardwareOptions {
  return { inventory: JSON.stringify({ appliances: { box: applianceAt(endpoint, certificate) }, flavors }) }
}
