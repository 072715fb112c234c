import { buildError, type BuildOrder } from '@amphora/core'
import { refused } from '../build-error.ts'
import { groupTag } from '../mark.ts'
import type { Guest } from '../profile/guest.ts'
import type { Site } from '../site.ts'
import type { Workplace } from '../workplace.ts'
import { census, type Sighting } from './census.ts'

/** How long a guest whose name may have a twin is let stand before it is adopted. */
const TWIN_MS = 1_000

/** What a build looks for before and after it creates. A look that fails has changed nothing. */
export class Looks<Settings, G extends Guest> {
  readonly #workplace: Workplace<Settings, G>

  constructor(workplace: Workplace<Settings, G>) {
    this.#workplace = workplace
  }

  /** The guest of ours that has the name, on whichever box. A name that core made has none. */
  async holder(order: BuildOrder, signal: AbortSignal): Promise<Sighting<Settings, G> | undefined> {
    if (order.nameIsFresh) return undefined
    const { profile, clock, sites } = this.#workplace
    const [seen] = await this.named(order, sites, signal)
    if (seen === undefined || profile.names === 'unique') return seen
    await clock.sleep(TWIN_MS, signal)
    const [again, twin] = await this.named(order, sites, signal)
    if (twin === undefined) return again
    throw refused(order, 'conflict', 'twins', 'two of this name are being settled; try again in a moment')
  }

  /** Every guest of ours of the name on these boxes. */
  async named(
    order: BuildOrder,
    sites: readonly Site<Settings, G>[],
    signal: AbortSignal,
  ): Promise<readonly Sighting<Settings, G>[]> {
    const { ownership } = this.#workplace
    const name = ownership.guestName(order.name)
    const seen = await this.#seen(order, sites, signal, ({ appliance }, joined) => appliance.find(name, joined))
    return seen.filter(({ guest }) => ownership.requestName(guest) === order.name)
  }

  /** Every guest of ours in the order's placement group. */
  async members(order: BuildOrder, signal: AbortSignal): Promise<readonly Sighting<Settings, G>[]> {
    const { ownership, sites } = this.#workplace
    const tag = groupTag(order.placementGroupId ?? '')
    const all = await this.#seen(order, sites, signal, ({ appliance }, joined) => appliance.list(joined))
    return all.filter(({ guest }) => ownership.markOf(guest)?.group === tag)
  }

  async #seen(
    order: BuildOrder,
    sites: readonly Site<Settings, G>[],
    signal: AbortSignal,
    look: (site: Site<Settings, G>, signal: AbortSignal) => Promise<readonly G[]>,
  ): Promise<readonly Sighting<Settings, G>[]> {
    try {
      return (await census(sites, signal, look)).map(({ site, seen: guest }) => ({ site, guest }))
    } catch (thrown) {
      throw buildError(thrown, order, 'not-created')
    }
  }
}
