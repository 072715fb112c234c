import type { HardwareOptions, InventoryAppliance } from '../../src/index.ts'
import type { Certificate } from '../certificate.ts'

/** Nothing else has these, so that they would be seen wherever they showed. */
export const USER = 'ops'
export const PASSWORD = 'f5os-password-canary-0123456789'
export const TOKEN_PREFIX = 'f5os-token-canary-'
process.env['HWLB_TEST_F5OS_PASSWORD'] = PASSWORD

/** What the box has, and what it says of it. */
export const IMAGES: Readonly<Record<string, string>> = {
  'BIGIP-17.1.0-0.0.16.ALL-F5OS.qcow2.zip.bundle': 'verified',
  'BIGIP-15.1.5-0.0.8.ALL-F5OS.qcow2.zip.bundle': 'replicated',
  'BIGIP-15.1.4-0.0.46.ALL-VELOS.qcow2.zip.bundle': 'replicating',
}
export const VLANS: readonly number[] = [101, 102]

export const flavors = { small: { vcpus: 2 }, large: { vcpus: 8, memoryMiB: 29_184, storageGiB: 82 } }

export function applianceAt(endpoint: string, certificate?: Certificate): InventoryAppliance {
  return {
    profile: 'f5os',
    endpoint,
    credentials: { username: USER, password: { env: 'HWLB_TEST_F5OS_PASSWORD' } },
    ...(certificate === undefined ? {} : { tls: { ca: { file: certificate.file }, pin: certificate.pin } }),
    images: {
      standard: 'BIGIP-17.1.0-0.0.16.ALL-F5OS.qcow2.zip.bundle',
      old: 'BIGIP-15.1.5-0.0.8.ALL-F5OS.qcow2.zip.bundle',
      coming: 'BIGIP-15.1.4-0.0.46.ALL-VELOS.qcow2.zip.bundle',
      missing: 'BIGIP-9.9.9.ALL-F5OS.qcow2.zip.bundle',
    },
    networks: { front: 101, back: 102, far: 4_094 },
    management: { addresses: ['10.0.0.10-10.0.0.250'], prefixLength: 24, gateway: '10.0.0.1' },
  }
}

/** As a file would have it. */
export function optionsFor(endpoint: string, certificate: Certificate): HardwareOptions {
  return { inventory: JSON.stringify({ appliances: { box: applianceAt(endpoint, certificate) }, flavors }) }
}
