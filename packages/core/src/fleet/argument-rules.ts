import { isIP } from 'node:net'
import type { AmphoraState } from '../amphora.ts'
import type { PlacementPolicy } from '../driver.ts'
import { backendTextProblem } from '../request/backend-text.ts'
import { quoted } from '../request/field-rules.ts'
import { nameProblem } from '../request/name.ts'

const POLICIES: readonly PlacementPolicy[] = ['anti-affinity', 'soft-anti-affinity', 'affinity', 'soft-affinity']

const STATES: Readonly<Record<AmphoraState, true>> = {
  building: true,
  active: true,
  suspending: true,
  suspended: true,
  resuming: true,
  stopped: true,
  deleting: true,
  deleted: true,
  error: true,
  unknown: true,
}

/** Why what a caller gave beside an id is refused; `undefined` where it is not. */
export function textProblem(what: string, value: unknown): string | undefined {
  const problem = backendTextProblem(value)
  return problem === undefined ? undefined : `${what} ${problem}`
}

export function stateProblem(state: unknown): string | undefined {
  if (typeof state === 'string' && Object.hasOwn(STATES, state)) return undefined
  return `the awaited state must be one of ${Object.keys(STATES).join(', ')}; found ${shown(state)}`
}

export function queryProblem(query: unknown): string | undefined {
  if (typeof query === 'string') return `a query must be { id } or { name }; found ${shown(query)}`
  const { id, name, driver } = record(query)
  if (id !== undefined && name !== undefined) return 'a query names an id or a name, not both'
  const unknown = unknownProblem('a query', query, ['id', 'name', 'driver'])
  if (unknown !== undefined) return unknown
  if (id !== undefined) return driver === undefined ? undefined : 'driver goes with a name; an id says it itself'
  return name === undefined ? 'a query must be { id } or { name }; found neither' : nameProblem(name, undefined)
}

/** What is not among the known names is a slip, and not to be passed over. */
export function unknownProblem(what: string, value: unknown, known: readonly string[]): string | undefined {
  const unknown = Object.keys(record(value)).filter((name) => !known.includes(name))
  return unknown.length === 0 ? undefined : `${what} has ${known.join(', ')}; found ${unknown.map(quoted).join(', ')}`
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
  return `policy must be one of ${POLICIES.join(', ')}; found ${shown(policy)}`
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value) !== 0
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** What was found, as a message may show it: texts themselves, of anything else the kind. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return value === null ? 'null' : typeof value
}
