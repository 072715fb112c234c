import type { HardwareOptions, InventoryAppliance } from '../../src/index.ts'
import type { Certificate } from '../certificate.ts'

/** Nothing else has these, so that they would be seen wherever they showed. */
export const USER = 'ops'
export const PASSWORD = 'vcmp-password-canary-0123456789'
export const TOKEN_PREFIX = 'VCMPTOKENCANARY'
process.env['HWLB_TEST_VCMP_PASSWORD'] = PASSWORD

/** What the host has. */
export const IMAGES: readonly string[] = ['BIGIP-15.1.10-0.0.9.iso', 'BIGIP-12.0.0.0.0.606.iso']
export const VLANS: Readonly<Record<string, number>> = { '/Common/front': 101, '/Common/back': 102 }

export const flavors = { small: { vcpus: 2 }, large: { vcpus: 4 } }

export function applianceAt(endpoint: string, certificate?: Certificate): InventoryAppliance {
  return {
    profile: 'bigip-vcmp',
    endpoint,
    credentials: { username: USER, password: { env: 'HWLB_TEST_VCMP_PASSWORD' } },
    ...(certificate === undefined ? {} : { tls: { ca: { file: certificate.file }, pin: certificate.pin } }),
    images: { standard: 'BIGIP-15.1.10-0.0.9.iso', old: 'BIGIP-12.0.0.0.0.606.iso', missing: 'BIGIP-99.iso' },
    networks: { front: 101, back: 102, far: 4_094 },
    management: { addresses: ['10.0.0.10-10.0.0.250'], prefixLength: 24, gateway: '10.0.0.1' },
  }
}

/** As a file would have it. */
export function optionsFor(
  endpoint: string,
  certificate: Certificate,
  more: Readonly<Record<string, unknown>> = {},
): HardwareOptions {
  return {
    inventory: JSON.stringify({ appliances: { box: { ...applianceAt(endpoint, certificate), ...more } }, flavors }),
  }
}
