import type { BuildOrder } from '@amphora/core'
import { numberOf, own, recordOf, textOf } from '@amphora/http'
import { textsOf } from '@amphora/openstack'
import type { PatchStep, WireAllocation, WireNode } from './wire.ts'

/** Whose reservations these are, and how their names begin: an owner has no hyphen. */
export interface Ownership {
  readonly owner: string
  /** The name of the allocation. Unique in the whole of Ironic. */
  keyOf(name: string): string
}

export function ownershipOf(owner: string): Ownership {
  return { owner, keyOf: (name) => `${owner}-${name}` }
}

/** Written by the call that reserves, so that nothing of ours ever exists without it. */
export interface Claim {
  readonly owner: string
  readonly name: string
  readonly fingerprint: string
  /** How many ports are made for it. */
  readonly networks: number
}

export function extraOf(order: BuildOrder, owner: string): Readonly<Record<string, unknown>> {
  const { name, fingerprint, networkIds } = order
  const claim: Claim = { owner, name, fingerprint, networks: networkIds.length }
  return { amphora: claim }
}

/** `undefined` where the allocation is not one of this project's. */
export function claimOf({ extra }: WireAllocation): Claim | undefined {
  const claim = own(extra, 'amphora')
  const owner = textOf(own(claim, 'owner'))
  const name = textOf(own(claim, 'name'))
  if (owner === undefined || name === undefined) return undefined
  const fingerprint = textOf(own(claim, 'fingerprint')) ?? ''
  return { owner, name, fingerprint, networks: numberOf(own(claim, 'networks')) ?? 0 }
}

/** Whether ports may have been made for it, marked on its node or not yet. */
export function hasPorts(allocation: WireAllocation): boolean {
  return (claimOf(allocation)?.networks ?? 0) > 0
}

/** What we have written on a node that is reserved. A tear-down wipes it together with the instance. */
export interface Marks {
  readonly owner: string
  readonly name: string
  /** When the reservation was made, ISO 8601. */
  readonly created: string | undefined
  /** Ports that were made for it, one for each network, in the order of the request. */
  readonly networks: readonly string[]
  /** Ports that the caller named, in the order of the request. */
  readonly ports: readonly string[]
  /** Powered off by a suspend of ours, or about to be. */
  readonly suspended: boolean
  /** Powered on again by a resume of ours, or about to be. */
  readonly resumed: boolean
}

/**
 * Everything that we write below `instance_info` bears the id in its own name. What a node was left with by an earlier
 * amphora never counts for the next, and a change of it is refused once the node has passed to somebody else.
 */
function keyOf(id: string): string {
  return `amphora_${id}`
}

export function marksOf({ instanceUuid, instanceInfo }: WireNode): Marks | undefined {
  const marks = instanceUuid === undefined ? undefined : recordOf(own(instanceInfo, keyOf(instanceUuid)))
  const owner = textOf(own(marks, 'owner'))
  const name = textOf(own(marks, 'name'))
  if (owner === undefined || name === undefined) return undefined
  return {
    owner,
    name,
    created: textOf(own(marks, 'created')),
    networks: textsOf(own(marks, 'networks')),
    ports: textsOf(own(marks, 'ports')),
    suspended: own(marks, 'suspended') === true,
    resumed: own(marks, 'resumed') === true,
  }
}

/** As they lie below `instance_info`. */
export function writtenMarks(
  id: string,
  marks: Pick<Marks, 'owner' | 'name' | 'created' | 'networks' | 'ports'>,
): Readonly<Record<string, unknown>> {
  return { [keyOf(id)]: marks }
}

/** Notes that it is to be powered off by us. */
export function markSuspended(id: string): readonly PatchStep[] {
  return [{ op: 'add', path: pathOf(id, 'suspended'), value: true }]
}

/** Takes that back. */
export function unmarkSuspended(id: string): readonly PatchStep[] {
  return [{ op: 'remove', path: pathOf(id, 'suspended') }]
}

/** Notes that it is to be powered on again by us. Refused where it is no longer noted as suspended. */
export function markResumed(id: string): readonly PatchStep[] {
  return [...unmarkSuspended(id), { op: 'add', path: pathOf(id, 'resumed'), value: true }]
}

/** Once it is on again, so that the next power-off is somebody else's. */
export function unmarkResumed(id: string): readonly PatchStep[] {
  return [{ op: 'remove', path: pathOf(id, 'resumed') }]
}

function pathOf(id: string, mark: 'suspended' | 'resumed'): string {
  return `/instance_info/${keyOf(id)}/${mark}`
}
