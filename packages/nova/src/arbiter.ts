import type { BuildOrder, Clock } from '@amphora/core'
import { otherOrder, Remembered } from '@amphora/openstack'
import { sightOf, type Look, type Sight } from './holders.ts'
import { MARKS, type Ownership } from './ownership.ts'
import type { WireServer } from './wire.ts'

/** What one name's arbitration does on Nova. */
export interface Deeds {
  readonly look: Look
  /** Sends the create; the new server's id. */
  readonly create: () => Promise<string>
  /** Deletes what this process has created and never handed out. */
  readonly takeBack: (id: string) => Promise<void>
}

export interface ArbiterOptions {
  /** With its mark of what this process makes, which it knows also where an answer was lost. */
  readonly ownership: Ownership
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
}

/** A server younger than this may still be taken back by whoever made it, milliseconds. */
const SETTLED_MS = 20_000
/** Until it is so old, the oldest of several is kept for the others to be taken back, milliseconds. */
const KEPT_MS = 12_000
/** Between two looks at one's own meanwhile, milliseconds. */
const OWN_LOOK_MS = 1_000
/** Between two looks at another's that is young, milliseconds. */
const SECOND_LOOK_MS = 5_000
/** So many looks a create may be behind, where Nova reads from a copy. */
const UNSEEN_LOOKS = 10
/** The pause before starting over is a random part of this, and doubles, milliseconds. */
const JITTER_MS = 2_000
const LONGEST_JITTER_MS = 16_000
/** So many ids are remembered that were handed out already. */
const REMEMBERED = 10_000

/**
 * Nova takes any number of servers of one name and has no token that a create could repeat. So whoever builds under a
 * name that may be taken looks first, and again after its create, and hands out its own only once it has seen it alone:
 * of two builders the one that looks later sees the other's, so no two of them hand out an id of their own. Where there
 * is another, a builder takes back its own, never another's, and starts over; but the oldest is kept for a while, so
 * that of many one is left. No clocks are compared but Nova's with itself.
 */
export class Arbiter {
  readonly #options: ArbiterOptions
  /** Handed out already, and so nobody's to take back. */
  readonly #settled = new Remembered<true>(REMEMBERED)

  constructor(options: ArbiterOptions) {
    this.#options = options
  }

  /** The id of the one server of an order. */
  async settle(order: BuildOrder, deeds: Deeds, signal: AbortSignal): Promise<string> {
    const { ownership, clock } = this.#options
    const pause = (ms: number): Promise<void> => clock.sleep(ms, signal)
    let created: string | undefined
    let unseen = 0
    let known: string | undefined
    for (let round = 0; ;) {
      const sight = await sightOf(deeds.look, order.name, ownership, clock)
      const [oldest, ...others] = sight.ours
      if (created !== undefined && unseen < UNSEEN_LOOKS && !sight.ours.some(({ id }) => id === created)) {
        unseen += 1
        await pause(OWN_LOOK_MS)
      } else if (oldest === undefined) {
        created = await deeds.create()
        unseen = 0
      } else if (others.length === 0) {
        if (this.#isMine(oldest) || oldest.id === known || isSettled(oldest, sight) || this.#settled.has(oldest.id)) {
          return this.#handOut(oldest, order)
        }
        known = oldest.id
        await pause(SECOND_LOOK_MS)
      } else {
        known = undefined
        const surplus = this.#surplus(sight)
        for (const { id } of surplus) await deeds.takeBack(id)
        if (surplus.length > 0) created = undefined
        // Whoever has handed out the oldest of several that stay could not see the others, which were made later.
        else if (isSettled(oldest, sight)) return this.#handOut(oldest, order)
        if (this.#isMine(oldest) && !surplus.includes(oldest)) await pause(OWN_LOOK_MS)
        else if (surplus.length > 0) await pause(this.#jitterMs(round++))
        else await pause(SECOND_LOOK_MS)
      }
    }
  }

  /** An id that is handed out: a repeat of its build needs no second look. */
  remember(id: string): string {
    this.#settled.set(id, true)
    return id
  }

  /** What of one's own has to go: all but the oldest, and that too where the others do not go away. */
  #surplus(sight: Sight): readonly WireServer[] {
    const [oldest] = sight.ours
    return sight.ours.filter((server) => {
      if (!this.#isMine(server)) return false
      return server !== oldest || (ageOf(server, sight) > KEPT_MS && !isSettled(server, sight))
    })
  }

  #isMine({ id, metadata }: WireServer): boolean {
    return metadata?.[MARKS.builder] === this.#options.ownership.builder && !this.#settled.has(id)
  }

  #handOut({ id, metadata }: WireServer, order: BuildOrder): string {
    if (metadata?.[MARKS.fingerprint] === order.fingerprint) return this.remember(id)
    throw otherOrder(order, 'nova')
  }

  #jitterMs(round: number): number {
    return this.#options.random() * Math.min(LONGEST_JITTER_MS, JITTER_MS * 2 ** round)
  }
}

function isSettled(server: WireServer, sight: Sight): boolean {
  return ageOf(server, sight) > SETTLED_MS
}

/** By Nova's own time, to the second. */
function ageOf({ created }: WireServer, { dateMs }: Sight): number {
  return dateMs - Date.parse(created ?? '')
}
