import type { Call, ReportedAmphora } from '@amphora/core'
import type { Client } from './client.ts'
import { amphoraOf } from './decode.ts'
import { cellDown } from './errors.ts'
import { isAtLeast } from './microversion.ts'
import type { Networks } from './networks.ts'
import type { Ownership } from './ownership.ts'
import type { WireServer } from './wire.ts'

/** Of a call, what asking needs. */
export type Asking = Pick<Call, 'signal' | 'logger'>

export interface ListingOptions {
  readonly client: Client
  readonly ownership: Ownership
  readonly networks: Networks
  readonly pageSize: number
}

/** Every server of ours, page by page, each once. */
export async function* listing(options: ListingOptions, call: Asking): AsyncGenerator<ReportedAmphora, void> {
  for await (const { amphorae } of listed(options, call)) yield* amphorae
}

/** The same as pages, with Nova's own time of each. */
export async function* listed(
  { client, ownership, networks, pageSize }: ListingOptions,
  call: Asking,
): AsyncGenerator<{ readonly amphorae: readonly ReportedAmphora[]; readonly dateMs: number | undefined }, void> {
  // Tags come with the create from 2.52 on; below, what others made is passed over here.
  const isTagged = isAtLeast(await client.microversion(call.signal), '2.52')
  const query = isTagged ? { tags: ownership.tag } : {}
  const byName = await networks.byName(call)
  for await (const { servers, dateMs } of client.list(query, pageSize, call.signal)) {
    yield { amphorae: oursOf(servers, ownership).map((server) => amphoraOf(server, { networks: byName })), dateMs }
  }
}

/** Of these, those that are ours. A list is complete or none. */
export function oursOf(servers: readonly WireServer[], ownership: Ownership): readonly WireServer[] {
  return servers.filter((server) => {
    const isOurs = ownership.owns(server)
    if (isOurs === undefined) throw cellDown()
    return isOurs
  })
}
