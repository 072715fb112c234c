import { claimOf, marksOf, type Marks } from './ownership.ts'
import type { WireAllocation, WireNode } from './wire.ts'

/** What Ironic has of one amphora at one moment: a node that bears its id, or the reservation alone. */
export interface Sighting {
  readonly id: string
  /** Whose it is; `undefined` where it bears nobody's mark. */
  readonly owner: string | undefined
  readonly name: string | undefined
  readonly node: WireNode | undefined
  readonly marks: Marks | undefined
  /** Looked at only where the node does not tell enough. */
  readonly allocation: WireAllocation | undefined
}

/** A node that bears an id, with its reservation where that had to be looked at. */
export function seenOn(node: WireNode, id: string, allocation?: WireAllocation): Sighting {
  const marks = marksOf(node)
  const claim = allocation === undefined ? undefined : claimOf(allocation)
  return { id, owner: (marks ?? claim)?.owner, name: (marks ?? claim)?.name, node, marks, allocation }
}

/** A reservation that has no node, or whose node does not bear it any more. */
export function seenAs(allocation: WireAllocation): Sighting {
  const claim = claimOf(allocation)
  return { id: allocation.uuid, owner: claim?.owner, name: claim?.name, node: undefined, marks: undefined, allocation }
}
