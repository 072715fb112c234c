import { isIP } from 'node:net'
import type { AmphoraAddress, AmphoraState, ReportedAmphora, ReportedStatus } from '@amphora/core'
import { capabilities } from './capabilities.ts'
import type { WireServer } from './wire.ts'

/** A server as an amphora. Pure and total. What the backend does not tell is left out, never invented. */
export function toAmphora(server: WireServer): ReportedAmphora {
  const { id, name, flavor, image } = server
  const createdAt = toTime(server.created)
  return {
    id,
    name,
    type: capabilities.types[0],
    status: toStatus(server),
    addresses: server.addresses.flatMap(toAddress),
    ...(flavor !== undefined && { flavor }),
    ...(image !== undefined && { imageId: image }),
    ...(createdAt !== undefined && { createdAt }),
  }
}

/** Why it failed is said only of what is in `error`. */
export function toStatus({ status, fault }: WireServer): ReportedStatus {
  const state = STATES.get(status) ?? 'unknown'
  return { state, raw: status, ...(state === 'error' && fault !== undefined && { fault }) }
}

// here: every word that your backend has for what a server is doing; all others are `unknown`
const STATES: ReadonlyMap<string, AmphoraState> = new Map<string, AmphoraState>([
  ['BUILD', 'building'],
  ['ACTIVE', 'active'],
  ['SUSPENDING', 'suspending'],
  ['SUSPENDED', 'suspended'],
  ['RESUMING', 'resuming'],
  ['STOPPED', 'stopped'],
  ['DELETING', 'deleting'],
  ['ERROR', 'error'],
])

function toAddress(ip: string): readonly AmphoraAddress[] {
  const family = isIP(ip)
  return family === 4 || family === 6 ? [{ ip, family }] : []
}

function toTime(text: string | undefined): string | undefined {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
