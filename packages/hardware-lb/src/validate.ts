import type { BuildOrder } from '@amphora/core'
import { orderProblems } from './order-rules.ts'
import { isMarkOf } from './ownership.ts'
import { census } from './placement/census.ts'
import { guestOrder } from './placement/guest-order.ts'
import { placesFor } from './placement/places.ts'
import { hasRoom } from './placement/room.ts'
import type { Guest } from './profile/guest.ts'
import type { Workplace } from './workplace.ts'

/** Every rule that the order breaks, and everything that the boxes have against it. Changes nothing. */
export async function validateOrder<Settings, G extends Guest>(
  order: BuildOrder,
  workplace: Workplace<Settings, G>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const broken = orderProblems(order, workplace)
  const { places, problems } = placesFor(order, workplace)
  if (broken.length > 0 || places.length === 0) return [...broken, ...(places.length === 0 ? problems : [])]
  const [taken, rooms] = await Promise.all([
    nameProblems(order, workplace, signal),
    Promise.all(places.map(({ site, guest }) => hasRoom(site, guest.size, signal))),
  ])
  return [...taken, ...(rooms.includes(true) ? [] : ['no appliance that could take it has room for it'])]
}

async function nameProblems<Settings, G extends Guest>(
  order: BuildOrder,
  workplace: Workplace<Settings, G>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (order.nameIsFresh) return []
  const { sites, ownership, profile } = workplace
  const found = await census(sites, signal, ({ appliance }, joined) =>
    appliance.find(ownership.guestName(order.name), joined),
  )
  const isOther = found.some(({ site, seen }) => {
    if (ownership.requestName(seen) !== order.name) return false
    const isSame = profile.isSameOrder?.(seen, guestOrder(order, site.settings, workplace))
    return !(isSame ?? isMarkOf(ownership.markOf(seen), order))
  })
  return isOther ? [`name ${JSON.stringify(order.name)} is taken by an amphora that another request has built`] : []
}
