import type { Call } from '@amphora/core'
import type { Client } from './client.ts'
import { seenAs, seenOn, type Sighting } from './sighting.ts'
import { isDeployed } from './status.ts'
import type { Whereabouts } from './whereabouts.ts'
import type { WireAllocation, WireNode } from './wire.ts'

export interface ListingOptions {
  readonly client: Client
  readonly whereabouts: Whereabouts
  readonly owner: string
  readonly pageSize: number
}

/**
 * Everything of ours, page by page, each once. What has a node tells whose it is itself, but for the moment between its
 * reservation and its preparation; reservations without a node come first, so that none is missed on its way to one.
 */
export async function* listing(options: ListingOptions, { signal }: Call): AsyncGenerator<readonly Sighting[], void> {
  const { client, owner, pageSize } = options
  const seen = new Map<string, Sighting>()
  for (const state of ['allocating', 'error'] as const) {
    for await (const rows of client.allocations(state, pageSize, signal)) {
      for (const row of rows) seen.set(row.uuid, seenAs(row))
    }
  }
  const bare: WireNode[] = []
  for await (const nodes of client.nodes({ associated: 'true' }, pageSize, signal)) {
    yield nodes.flatMap((node) => {
      const { instanceUuid: id } = node
      if (id === undefined) return []
      const sighting = seenOn(node, id)
      if (sighting.marks === undefined && !isDeployed(node.provisionState)) bare.push(node)
      if (sighting.owner !== owner) return []
      seen.delete(id)
      options.whereabouts.remember(id, node.uuid)
      return [sighting]
    })
  }
  const rest = bare.length === 0 ? [] : await unprepared(options, bare, signal)
  for (const { id } of rest) seen.delete(id)
  yield [...rest, ...[...seen.values()].filter((sighting) => sighting.owner === owner)]
}

/** Nodes that bear no mark yet are ours where their reservation is. */
async function unprepared(
  { client, owner, pageSize }: ListingOptions,
  nodes: readonly WireNode[],
  signal: AbortSignal,
): Promise<readonly Sighting[]> {
  const reserved = new Map<string, WireAllocation>()
  for await (const rows of client.allocations('active', pageSize, signal)) {
    for (const row of rows) reserved.set(row.uuid, row)
  }
  return nodes.flatMap((node) => {
    const allocation = reserved.get(node.instanceUuid ?? '')
    if (allocation === undefined) return []
    const sighting = seenOn(node, allocation.uuid, allocation)
    return sighting.owner === owner ? [sighting] : []
  })
}
