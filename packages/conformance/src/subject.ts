import type {
  AmphoraState,
  AttachTarget,
  BuildRequest,
  Clock,
  DriverBinding,
  DriverPlugin,
  PlacementPolicy,
} from '@amphora/core'
import type { BackendControl } from './backend-control.ts'
import type { Deviation } from './deviation.ts'

/**
 * A driver that is to be judged, and how to get at it.
 *
 * `Stage` is whatever stands for one backend: a fake server, a world. `open` makes one for each rule, so that no rule
 * sees what another did and rules can run side by side. Where there is one backend only, `open` is left out.
 */
export interface Subject<Stage = undefined> extends Told {
  /** A backend of its own for one rule. */
  readonly open?: () => Stage | Promise<Stage>
  /** Takes it down again. Called also where the rule failed, after everything made on it was deleted. */
  readonly close?: (stage: Stage) => void | Promise<void>
  /** A fresh binding of the driver to that backend. Called more than once for some rules. */
  readonly driver: (stage: Stage) => DriverBinding | Promise<DriverBinding>
  readonly backend?: BackendControl<Stage>
}

/** What a subject tells beside how to reach its backend. */
export interface Told {
  readonly name: string
  /** Known at once: its capabilities pick the rules. */
  readonly plugin: DriverPlugin
  /**
   * A request that this backend can honour. The same name gives the same request. The kit varies it: it adds files,
   * user data and keys where they are declared.
   */
  readonly request: (name: string) => BuildRequest
  /** Another order under the same name. */
  readonly otherRequest: (name: string) => BuildRequest
  /** Tokens, passwords and keys that lie in the driver's options; none may ever show. */
  readonly secrets: readonly string[]
  /** Options that bind the driver, as they stand in a configuration file. */
  readonly options?: unknown
  /** Options with at least two mistakes each, beside those that the kit thinks of. */
  readonly badOptions?: readonly unknown[]
  /** An image id that has the right form and does not exist. */
  readonly unknownImage?: string
  /** Every word that the backend has for what an instance is doing, and what it means. */
  readonly states?: Readonly<Record<string, AmphoraState>>
  /** The path of a file that the image holds already. */
  readonly imageFile?: string
  /** How many amphorae `list` fetches at once from the backend that `driver` binds to. */
  readonly pageSize?: number
  /** What an active amphora of `request` can be attached to, and is not. */
  readonly attachTarget?: AttachTarget
  /** The policy of a group that two amphorae fit into. Default `anti-affinity`. */
  readonly groupPolicy?: PlacementPolicy
  readonly deviations?: readonly Deviation[]
  readonly limits?: Limits
  /** The clock that every `Compute` of the run gets. Default: the system's. */
  readonly clock?: Clock
}

/** How long things may take on this backend, milliseconds. */
export interface Limits {
  /** A call on a healthy backend. Default 30 000. */
  readonly callMs?: number
  /** From one state to the next, such as from accepted to active. Default 120 000. */
  readonly stateMs?: number
  /** What a call that the backend keeps waiting is given by the kit. Default 500. */
  readonly patienceMs?: number
}
