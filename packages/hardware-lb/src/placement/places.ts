import type { BuildOrder } from '@amphora/core'
import { siteProblems } from '../order-rules.ts'
import type { Guest, GuestOrder } from '../profile/guest.ts'
import type { Site } from '../site.ts'
import type { Workplace } from '../workplace.ts'
import { guestOrder } from './guest-order.ts'
import { rendezvousOrder } from './rendezvous.ts'

/** A box that an order fits on, and what it would be asked for. */
export interface Place<Settings, G extends Guest> {
  readonly site: Site<Settings, G>
  readonly guest: GuestOrder
}

/**
 * The boxes that could take the order, in the order in which its name tries them; where there is none, why each of them
 * cannot.
 */
export function placesFor<Settings, G extends Guest>(
  order: BuildOrder,
  workplace: Workplace<Settings, G>,
): { readonly places: readonly Place<Settings, G>[]; readonly problems: readonly string[] } {
  const { profile, sites } = workplace
  const { availabilityZone: zone } = order
  const places: Place<Settings, G>[] = []
  const problems = new Set<string>()
  for (const site of rendezvousOrder(order.name, sites, ({ settings: { id } }) => id)) {
    const { domain, isCordoned } = site.settings
    if (zone !== undefined && zone !== domain) continue
    const guest = guestOrder(order, site.settings, workplace)
    const mapped = siteProblems(order, site.settings)
    const broken = mapped.length > 0 ? mapped : (profile.problems?.(guest, site.settings) ?? [])
    for (const problem of broken) problems.add(problem)
    if (broken.length === 0 && isCordoned) problems.add('every appliance that could take it is cordoned')
    if (broken.length === 0 && !isCordoned) places.push({ site, guest })
  }
  return { places, problems: [...problems] }
}
