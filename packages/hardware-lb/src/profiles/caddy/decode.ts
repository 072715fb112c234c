import { isIP } from 'node:net'
import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import { listOf, own, recordOf, textOf } from '@amphora/http'
import type { Guest } from '../../profile/guest.ts'

/** A tenant as Caddy has it. */
export interface CaddyGuest extends Guest {
  /** Its `@id`, by which it can be changed without hitting a later one of the same name. */
  readonly idText: string | undefined
  /** Where it listens when it is not suspended. */
  readonly address: string | undefined
  /** Where it listens now. */
  readonly listen: readonly string[]
}

/** Total: whatever stands under a name in the configuration is somebody's tenant. */
export function guestOf(name: string, server: unknown): CaddyGuest {
  const idText = textOf(own(server, '@id'))
  const at = idText?.indexOf('@') ?? -1
  const address = at < 0 ? undefined : idText?.slice(at + 1)
  return {
    key: name,
    name,
    mark: at < 0 ? idText : idText?.slice(0, at),
    idText,
    address,
    listen: (listOf(own(server, 'listen')) ?? []).filter((one) => typeof one === 'string'),
    status: statusOf(server, address),
    addresses: address === undefined ? [] : addressesOf(address),
  }
}

/** Caddy has no word for what a server is doing: its configuration is what it does. */
function statusOf(server: unknown, address: string | undefined): ReportedStatus {
  const listen = listOf(own(server, 'listen'))
  const routes = listOf(own(server, 'routes'))
  const isReadable = recordOf(server) !== undefined && listen?.every((one) => typeof one === 'string') === true
  if (!isReadable || listen === undefined) return { state: 'unknown', raw: 'unreadable' }
  if (listen.length === 0) return { state: 'suspended', raw: 'not listening' }
  if (address !== undefined && !listen.includes(address)) {
    return elsewhere(address)
  }
  if (routes === undefined || routes.length === 0) return { state: 'building', raw: 'without routes' }
  return { state: 'active', raw: 'listening' }
}

export function elsewhere(address: string): ReportedStatus {
  const fault = `it listens elsewhere than on ${address}`
  return { state: 'error', raw: 'listening elsewhere', fault, reason: 'caddy/listens-elsewhere' }
}

function addressesOf(address: string): readonly AmphoraAddress[] {
  const ip = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  const family = isIP(ip)
  return family === 4 || family === 6 ? [{ ip, family }] : []
}
