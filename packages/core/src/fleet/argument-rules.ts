import { isIP } from 'node:net'
import type { PlacementPolicy } from '../driver.ts'
import { backendTextProblem } from '../request/backend-text.ts'
import { nameProblem } from '../request/name.ts'

const POLICIES: readonly PlacementPolicy[] = ['anti-affinity', 'soft-anti-affinity', 'affinity', 'soft-affinity']

/** Why what a caller gave beside an id is refused; `undefined` where it is not. */
export function textProblem(what: string, value: unknown): string | undefined {
  const problem = backendTextProblem(value)
  return problem === undefined ? undefined : `${what} ${problem}`
}

export function queryProblem(query: unknown): string | undefined {
  const { id, name } = record(query)
  if (id !== undefined && name !== undefined) return 'a query names an id or a name, not both'
  if (id !== undefined) return undefined
  return name === undefined ? 'a query is { id } or { name }; found neither' : nameProblem(name, undefined)
}

export function attachProblem(target: unknown): string | undefined {
  const { networkId, portId, ipAddress } = record(target)
  if ((networkId === undefined) === (portId === undefined))
    return 'a target is { networkId } or { portId }, one of the two'
  if (ipAddress !== undefined && networkId === undefined) return 'ipAddress goes with networkId'
  if (ipAddress !== undefined && !isAddress(ipAddress)) return 'ipAddress is an IPv4 or IPv6 address'
  return networkId === undefined ? textProblem('portId', portId) : textProblem('networkId', networkId)
}

export function groupProblem(group: unknown): string | undefined {
  const { name, policy } = record(group)
  const problem = nameProblem(name, undefined)
  if (problem !== undefined) return problem
  if ((POLICIES as readonly unknown[]).includes(policy)) return undefined
  return `policy is one of ${POLICIES.join(', ')}; found ${kindOf(policy)}`
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value) !== 0
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
