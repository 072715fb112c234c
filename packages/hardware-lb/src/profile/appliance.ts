import type { GuestSize } from './capabilities.ts'
import type { Created, Guest, GuestOrder } from './guest.ts'

/**
 * One box, as a profile speaks to it. Each method is one step of a verb: it sends, reads the answer and says what it
 * found. Looking for an earlier guest, the owner, retries, placement and roll-back are the engine's.
 *
 * What is thrown is an `AmphoraComputeError`. A failure that says `refused` or `unsent` means that the box holds nothing
 * new; everything else is taken for "may have been acted on". An outage always throws: it is never an absence.
 */
export interface Appliance<G extends Guest = Guest> {
  /** Who answers. Rejects where it is another product than the profile's. Changes nothing. */
  identify(signal: AbortSignal): Promise<Identity>
  /** Every guest of this name, whoever made it: one at most where names are unique. `[]` only where the box says so. */
  find(name: string, signal: AbortSignal): Promise<readonly G[]>
  /** The guest under this key, whoever made it; `undefined` only where the box itself says that there is none. */
  read(key: string, signal: AbortSignal): Promise<G | undefined>
  /** Every guest, whoever made it. Rejects unless the box told them all. */
  list(signal: AbortSignal): Promise<readonly G[]>
  /** What is left. Called before `create`, where the profile has it; where it is left out the box's refusal decides. */
  capacity?(signal: AbortSignal): Promise<Capacity>
  /**
   * Makes the guest, with its mark, and resolves on acceptance. A name that the box knows already is `already-exists`,
   * no room is `resource-exhausted`; both refused, with nothing left behind.
   */
  create(order: GuestOrder, signal: AbortSignal): Promise<Created>
  /** The steps after the one that makes the guest: start it, save the configuration. Each is safe to repeat. */
  finish?(key: string, order: GuestOrder, signal: AbortSignal): Promise<void>
  /** Resolves on acceptance, also where it is suspended already. */
  suspend?(guest: G, signal: AbortSignal): Promise<void>
  /** Called only where `guest.status` says `suspended`. Resolves on acceptance. */
  resume?(guest: G, signal: AbortSignal): Promise<void>
  /** Takes it away with all that was made for it. Resolves on acceptance, also where it is gone or on its way. */
  remove(guest: G, signal: AbortSignal): Promise<void>
  /**
   * Takes away what an interrupted `remove` has left of a guest that the box no longer knows. Must not touch what belongs
   * to a guest that exists.
   */
  removeLeftovers?(key: string, signal: AbortSignal): Promise<void>
}

/** Who answered. */
export interface Identity {
  /** `15.1.10`; left out where the box does not tell. */
  readonly version?: string | undefined
  readonly warnings: readonly string[]
}

/** What a box has room for. What is left out it does not tell. */
export interface Capacity {
  /** How many more guests it takes. */
  readonly guests?: number | undefined
  readonly free?: GuestSize | undefined
}
