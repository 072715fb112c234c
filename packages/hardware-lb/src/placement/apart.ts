import type { BuildOrder } from '@amphora/core'
import { refused } from '../build-error.ts'
import type { Guest } from '../profile/guest.ts'
import { readGroupId } from './group.ts'
import type { Looks } from './looks.ts'
import type { Place } from './places.ts'

/**
 * The places whose failure domain holds no other member of the order's group; those that hold one come last, where the
 * policy is soft, or not at all.
 */
export async function apart<Settings, G extends Guest>(
  places: readonly Place<Settings, G>[],
  order: BuildOrder,
  looks: Looks<Settings, G>,
  signal: AbortSignal,
): Promise<readonly Place<Settings, G>[]> {
  const group = order.placementGroupId === undefined ? undefined : readGroupId(order.placementGroupId)
  if (group === undefined) return places
  const taken = new Set((await looks.members(order, signal)).map(({ site }) => site.settings.domain))
  const free = places.filter(({ site }) => !taken.has(site.settings.domain))
  if (group.policy === 'soft-anti-affinity') return [...free, ...places.filter((place) => !free.includes(place))]
  if (free.length > 0) return free
  const message = 'a member of its placement group stands in every failure domain that could take it'
  throw refused(order, 'resource-exhausted', 'no-domain-left', message)
}
