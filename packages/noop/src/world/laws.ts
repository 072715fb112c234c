import type { Durations } from './lifecycle.ts'
import type { Known } from './known.ts'

/** How a world behaves. Plain data, but for the clock of `World`. */
export interface Laws extends Known {
  /** From acceptance to `active`, milliseconds. Default 100. */
  readonly buildMs?: number | undefined
  /** From acceptance to gone. Default 50. */
  readonly deleteMs?: number | undefined
  /** Default 50. */
  readonly suspendMs?: number | undefined
  /** Default 50. */
  readonly resumeMs?: number | undefined
  /** Whether the world lets a name be taken once only, atomically, as Docker does and Nova does not. Default true. */
  readonly uniqueNames?: boolean | undefined
  /** The most instances that can exist at once. No limit by default. */
  readonly capacity?: number | undefined
  /** How many hosts there are to spread over. Default 3. */
  readonly hosts?: number | undefined
  /** The most instances on one host. No limit by default. */
  readonly hostCapacity?: number | undefined
}

/** The laws with every default in its place. */
export type CompleteLaws = Known &
  Durations & {
    readonly uniqueNames: boolean
    readonly capacity: number
    readonly hosts: number
    readonly hostCapacity: number
  }

export function complete(laws: Laws): CompleteLaws {
  const { images, flavors, zones, networks, secGroups } = laws
  return Object.freeze({
    images,
    flavors,
    zones,
    networks,
    secGroups,
    buildMs: laws.buildMs ?? 100,
    deleteMs: laws.deleteMs ?? 50,
    suspendMs: laws.suspendMs ?? 50,
    resumeMs: laws.resumeMs ?? 50,
    uniqueNames: laws.uniqueNames ?? true,
    capacity: laws.capacity ?? Infinity,
    hosts: laws.hosts ?? 3,
    hostCapacity: laws.hostCapacity ?? Infinity,
  })
}
