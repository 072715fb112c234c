import { AmphoraComputeError, buildError, InvalidRequestError, type BuildOrder, type Call } from '@amphora/core'
import { adopt } from './adopt.ts'
import { createError, refused } from './build-error.ts'
import { ApplianceError, verdictOf } from './errors.ts'
import { idOf } from './guest-id.ts'
import { orderProblems } from './order-rules.ts'
import { apart } from './placement/apart.ts'
import type { Sighting } from './placement/census.ts'
import { readGroupId } from './placement/group.ts'
import { Looks } from './placement/looks.ts'
import { placesFor, type Place } from './placement/places.ts'
import { hasRoom } from './placement/room.ts'
import type { Created, Guest } from './profile/guest.ts'
import { rollBack } from './roll-back.ts'
import type { Site } from './site.ts'
import type { Workplace } from './workplace.ts'

/** Boxes that may refuse an order for want of room before it is given up. */
const MOST_FULL = 3

/** Makes the one guest of an order, or finds it. The boxes decide; nothing is remembered here. */
export class Builder<Settings, G extends Guest> {
  readonly #workplace: Workplace<Settings, G>
  readonly #looks: Looks<Settings, G>

  constructor(workplace: Workplace<Settings, G>) {
    this.#workplace = workplace
    this.#looks = new Looks(workplace)
  }

  async build(order: BuildOrder, { signal }: Call): Promise<string> {
    const broken = orderProblems(order, this.#workplace)
    if (broken.length > 0) throw new InvalidRequestError(broken)
    const holder = await this.#looks.holder(order, signal)
    if (holder !== undefined) return adopt(holder, order, this.#workplace, signal)
    const { places, problems } = placesFor(order, this.#workplace)
    if (places.length === 0) throw refused(order, 'invalid-argument', 'fits-nowhere', problems.join('; '))
    return this.#place(order, await apart(places, order, this.#looks, signal), signal)
  }

  /** On the first box that has room. */
  async #place(order: BuildOrder, places: readonly Place<Settings, G>[], signal: AbortSignal): Promise<string> {
    const passed: Site<Settings, G>[] = []
    let full: unknown
    for (const place of places.slice(0, MOST_FULL)) {
      try {
        return await this.#create(place, order, passed, signal)
      } catch (thrown) {
        if (!isFull(thrown)) throw thrown
        full = thrown
      }
      // A request whose answer was lost may have taken the last room after all.
      const [late] = order.nameIsFresh ? [] : await this.#looks.named(order, [place.site], signal)
      if (late !== undefined) return adopt(late, order, this.#workplace, signal)
      passed.push(place.site)
    }
    throw buildError(full, order, 'not-created')
  }

  async #create(
    { site, guest }: Place<Settings, G>,
    order: BuildOrder,
    passed: readonly Site<Settings, G>[],
    signal: AbortSignal,
  ): Promise<string> {
    await this.#demandRoom({ site, guest }, order, signal)
    let made: Created
    try {
      made = await site.appliance.create(guest, signal)
    } catch (thrown) {
      if (isFull(thrown)) throw thrown
      if (!isTaken(thrown)) throw createError(thrown, order)
      return this.#adoptAt(site, order, signal)
    }
    const id = idOf(site.settings.id, { ...made, mark: guest.mark })
    try {
      if (made.isUnfinished === true) await site.appliance.finish?.(made.key, guest, signal)
      await this.#demandAlone(id, site, order, passed, signal)
      return id
    } catch (thrown) {
      if (verdictOf(thrown) === 'unsure') throw buildError(thrown, order, 'in-doubt', id)
      const isGone = await rollBack(id, site, made.key, signal)
      throw isGone ? buildError(thrown, order, 'not-created') : buildError(thrown, order, 'created-then-failed', id)
    }
  }

  async #demandRoom({ site, guest }: Place<Settings, G>, order: BuildOrder, signal: AbortSignal): Promise<void> {
    const has = await hasRoom(site, guest.size, signal).catch((thrown: unknown) => {
      throw buildError(thrown, order, 'not-created')
    })
    if (!has) throw refusal('resource-exhausted', 'full', `${this.#workplace.profile.title} has no room for it`)
  }

  /** The box knows the name already. */
  async #adoptAt(site: Site<Settings, G>, order: BuildOrder, signal: AbortSignal): Promise<string> {
    const name = this.#workplace.ownership.guestName(order.name)
    const [guest] = await site.appliance.find(name, signal).catch((thrown: unknown) => {
      throw buildError(thrown, order, 'not-created')
    })
    if (guest !== undefined) return adopt({ site, guest }, order, this.#workplace, signal)
    throw refused(order, 'conflict', 'name-in-removal', 'the name is being given free; try again in a moment')
  }

  /**
   * Another controller may have built the same name elsewhere, or a member of the same group beside this one, while this
   * one was being made. Whoever sees that gives way.
   */
  async #demandAlone(
    id: string,
    site: Site<Settings, G>,
    order: BuildOrder,
    passed: readonly Site<Settings, G>[],
    signal: AbortSignal,
  ): Promise<void> {
    const isOther = (one: Sighting<Settings, G>): boolean => idOf(one.site.settings.id, one.guest) !== id
    const namesakes = this.#workplace.profile.names === 'shared' ? [...passed, site] : passed
    if (!order.nameIsFresh && (await this.#looks.named(order, namesakes, signal)).some(isOther)) throw givesWay()
    const group = order.placementGroupId === undefined ? undefined : readGroupId(order.placementGroupId)
    if (group?.policy !== 'anti-affinity') return
    const { domain } = site.settings
    const members = await this.#looks.members(order, signal)
    if (members.some((one) => one.site.settings.domain === domain && isOther(one))) throw givesWay()
  }
}

function isTaken(thrown: unknown): boolean {
  return verdictOf(thrown) === 'refused' && AmphoraComputeError.from(thrown).code === 'already-exists'
}

/** No room; and not the box's wish to be asked less often, which has the same code. */
function isFull(thrown: unknown): boolean {
  if (!(thrown instanceof ApplianceError) || thrown.verdict !== 'refused') return false
  return thrown.code === 'resource-exhausted' && thrown.reason !== undefined && thrown.retryAfterMs === undefined
}

function givesWay(): ApplianceError {
  const message = 'another controller has built the same at the same time; try again in a moment'
  return refusal('conflict', 'gave-way', message)
}

function refusal(code: ApplianceError['code'], reason: string, message: string): ApplianceError {
  return new ApplianceError(message, { verdict: 'refused', code, reason: `hardware/${reason}` })
}
