import type { InventoryAppliance } from '../inventory/inventory.ts'
import type { HardwareCapabilities } from '../profile/capabilities.ts'
import type { Guest, GuestOrder } from '../profile/guest.ts'
import type { ApplianceProfile } from '../profile/profile.ts'

type MaybeAsync<T> = T | Promise<T>

/** What an order asks for, in the box's own terms. */
export type Wish = Pick<GuestOrder, 'size' | 'image' | 'vlans'>

/** A profile under test, and a box that it speaks to. `Stage` is that box, for one rule. */
export interface ProfileSubject<
  Stage,
  C extends HardwareCapabilities = HardwareCapabilities,
  Settings = undefined,
  G extends Guest = Guest,
> {
  readonly profile: ApplianceProfile<C, Settings, G>
  /** A box with nothing on it: a simulator on a real socket, or a real one. */
  readonly open: () => MaybeAsync<Stage>
  /** Takes it down again. */
  readonly close: (stage: Stage) => MaybeAsync<void>
  /** As it stands in an inventory. */
  readonly appliance: (stage: Stage) => InventoryAppliance
  /** What the box can carry out. */
  readonly wish: Wish
  /** Another one that it can carry out. Owed where `ownership` is `name`. */
  readonly otherWish?: Wish
  /** A name that no guest has, of the profile's own pattern; `at` tells them apart. */
  readonly name?: (at: number) => string
  /** Puts a guest there that bears nobody's mark; its key. */
  readonly plant: (stage: Stage, name: string) => MaybeAsync<string>
  /** Takes all room, until what it gives back is disposed of. */
  readonly fill: (stage: Stage) => MaybeAsync<AsyncDisposable | Disposable>
  /** Nobody can connect, until what it gives back is disposed of. */
  readonly down: (stage: Stage) => MaybeAsync<AsyncDisposable | Disposable>
  /** How many requests have arrived so far. */
  readonly requests: (stage: Stage) => number
  /** How long the box may take to reach a state, milliseconds; default 30 000. */
  readonly stateMs?: number
}

/** `describe` and `it` of any test runner. */
export interface TestRunner {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown
  /** One test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown
}
