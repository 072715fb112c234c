import type { BuildOrder } from '@amphora/core'
import type { WireServer } from './wire.ts'

/** The metadata of a server of ours. Everybody in the project can read it, so it holds no secret. */
export const MARKS = {
  owner: 'amphora_owner',
  name: 'amphora_name',
  fingerprint: 'amphora_fingerprint',
  networks: 'amphora_networks',
  /** Differs from process to process. */
  builder: 'amphora_builder',
} as const

/** Longest value of one item of metadata, characters (openstack/nova, schemas/server_metadata.py). */
const LONGEST_VALUE = 255

/** Whose servers these are. */
export interface Ownership {
  readonly owner: string
  /** What this process marks its creates with. */
  readonly builder: string
  /** Lists are filtered by it. */
  readonly tag: string
  /** Survives a delete, where metadata and tags do not. */
  readonly description: string
  /** `undefined` where the record does not tell: the cell that holds the server does not answer. */
  owns(server: Pick<WireServer, 'metadata'>): boolean | undefined
}

export function ownershipOf(owner: string, builder: string): Ownership {
  return {
    owner,
    builder,
    tag: `amphora:${owner}`,
    description: `amphora ${owner}`,
    owns: ({ metadata }) => (metadata === undefined ? undefined : metadata[MARKS.owner] === owner),
  }
}

/** Written by the creating call itself, so that nothing of ours ever exists without them. */
export function marksOf(
  order: BuildOrder,
  { owner, builder }: Pick<Ownership, 'owner' | 'builder'>,
): Record<string, string> {
  const networks = order.networkIds.map(shortened).join(',').slice(0, LONGEST_VALUE)
  return {
    [MARKS.owner]: owner,
    [MARKS.name]: order.name,
    [MARKS.fingerprint]: order.fingerprint,
    [MARKS.builder]: builder,
    ...(networks === '' ? {} : { [MARKS.networks]: networks }),
  }
}

/** Where a network stands in the order that the server was built with; after all others where it is not among them. */
export function rankOf(networkId: string | undefined, metadata: Readonly<Record<string, string>> = {}): number {
  const asked = (metadata[MARKS.networks] ?? '').split(',')
  const at = networkId === undefined ? -1 : asked.indexOf(shortened(networkId))
  return at < 0 ? asked.length : at
}

/** Eight whole ids do not fit into one value; nobody has two networks that begin alike. */
function shortened(networkId: string): string {
  return networkId.replaceAll('-', '').slice(0, 16).toLowerCase()
}
