import type { Clock } from '@amphora/core'
import type { Ownership } from './ownership.ts'
import { cellDown } from './errors.ts'
import { MARKS } from './ownership.ts'
import { statusOf } from './status.ts'
import type { WireServer } from './wire.ts'

/** What stands on Nova under one name. */
export interface Sight {
  /** Ours that are not being deleted, oldest first. */
  readonly ours: readonly WireServer[]
  /** Nova's own time, epoch milliseconds. */
  readonly dateMs: number
}

/** Looks at Nova for what goes by a name. */
export type Look = (
  name: string,
) => Promise<{ readonly servers: readonly WireServer[]; readonly dateMs: number | undefined }>

/** The part of a look that arbitration is about. */
export async function sightOf(
  look: Look,
  name: string,
  ownership: Ownership,
  clock: Pick<Clock, 'now'>,
): Promise<Sight> {
  const { servers, dateMs } = await look(name)
  const ours: WireServer[] = []
  for (const server of servers) {
    const isOurs = ownership.owns(server)
    if (isOurs === undefined) throw cellDown()
    if (isOurs && server.metadata?.[MARKS.name] === name && isThere(server)) ours.push(server)
  }
  return { ours: oldestFirst(ours), dateMs: dateMs ?? clock.now() }
}

/**
 * Nova tells the time of a create to the second, and lists what is of one second in the reverse order of its rows, the
 * newest first (openstack/nova, nova/db/main/api.py: instance_get_all_by_filters_sort). The same order for everybody.
 */
function oldestFirst(servers: readonly WireServer[]): readonly WireServer[] {
  return servers
    .toReversed()
    .sort((a, b) => ((a.created ?? '') < (b.created ?? '') ? -1 : a.created === b.created ? 0 : 1))
}

function isThere(server: WireServer): boolean {
  const { state } = statusOf(server)
  return state !== 'deleting' && state !== 'deleted'
}
