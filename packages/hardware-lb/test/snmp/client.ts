import { Secret } from '../../src/inventory/secret.ts'
import type { SnmpAccess, SnmpCredentials } from '../../src/snmp/access.ts'
import { SnmpClient } from '../../src/snmp/snmp-client.ts'
import type { AgentUser } from './agent.ts'

export const AUTH_KEY = 'auth-canary-0123456789'
export const PRIV_KEY = 'priv-canary-0123456789'
export const USER: AgentUser = { name: 'ops', authKey: AUTH_KEY, privKey: PRIV_KEY }

export const secret = (text: string): Secret => new Secret(() => text)

export function credentialsOf({ name, authKey, privKey }: AgentUser): SnmpCredentials {
  return {
    version: 'v3',
    user: name,
    auth: authKey === undefined ? undefined : { protocol: 'sha256', key: secret(authKey) },
    priv: privKey === undefined ? undefined : { protocol: 'aes', key: secret(privKey) },
  }
}

/** A client of an agent on this machine, impatient. */
export function clientOf(port: number, over: Partial<SnmpAccess> = {}): SnmpClient {
  const access = { host: '127.0.0.1', port, credentials: credentialsOf(USER), timeoutMs: 100, retries: 1, ...over }
  return new SnmpClient({ access, title: 'The box' })
}

export function request(): { readonly step: string; readonly signal: AbortSignal } {
  return { step: 'describe the guest', signal: AbortSignal.timeout(5_000) }
}
