import type { HardwareOptions } from '../../src/index.ts'
import type { AgentUser } from '../snmp/agent.ts'

/** Keys that nothing else has, so that they would be seen wherever they showed. */
export const AUTH_KEY = 'auth-canary-0123456789'
export const PRIV_KEY = 'priv-canary-0123456789'
process.env['HWLB_TEST_AUTH_KEY'] = AUTH_KEY
process.env['HWLB_TEST_PRIV_KEY'] = PRIV_KEY

export const USER: AgentUser = { name: 'ops', authKey: AUTH_KEY, privKey: PRIV_KEY }

/** Fit for JSON. */
export const snmp = {
  user: 'ops',
  authKey: { env: 'HWLB_TEST_AUTH_KEY' },
  privKey: { env: 'HWLB_TEST_PRIV_KEY' },
  timeoutMs: 250,
  retries: 1,
} as const

export const flavors = { small: { units: 1 }, large: { units: 2, throughputMbps: 500 } }

export function applianceAt(port: number): object {
  return {
    profile: 'alteon-vx',
    endpoint: `snmp://127.0.0.1:${port}`,
    snmp,
    images: { standard: '32.6.1.0', other: '32.4.9.0' },
    networks: { front: 101, back: 102, far: 4_094 },
    settings: { applyTimeoutMs: 300 },
  }
}

/** As a file would have it. */
export function optionsFor(port: number): HardwareOptions {
  return { inventory: JSON.stringify({ appliances: { box: applianceAt(port) }, flavors }) }
}
