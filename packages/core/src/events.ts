import type { AmphoraState } from './amphora.ts'
import type { CircuitState, OperationClass } from './compute.ts'
import type { Progress } from './driver.ts'
import type { ErrorCode } from './error-code.ts'

/** The verbs of the driver face, as traces, logs and faults name them. */
export type DriverVerb =
  | 'build'
  | 'delete'
  | 'status'
  | 'getAmphora'
  | 'find'
  | 'list'
  | 'check'
  | 'validate'
  | 'suspend'
  | 'resume'
  | 'watch'
  | 'attachNetworkOrPort'
  | 'detachPort'
  | 'createPlacementGroup'
  | 'deletePlacementGroup'

/**
 * One attempt of one call on a driver. Published on `tracingChannel('amphora.call')`: free when nobody listens, and
 * APM tools already know how. Holds no secret.
 */
export interface CallTrace {
  /** The binding: `east`. */
  readonly driver: string
  readonly verb: DriverVerb
  readonly amphoraId?: string
  /** 1 for the first. */
  readonly attempt: number
}

/** Published on `channel('amphora.event')`. Holds no secret. */
export type ComputeEvent =
  | {
      readonly kind: 'circuit'
      readonly driver: string
      readonly class: OperationClass
      readonly state: CircuitState
    }
  /** Seen by a wait or a watch; nothing looks on its own. */
  | { readonly kind: 'state'; readonly amphoraId: string; readonly from: AmphoraState; readonly to: AmphoraState }
  /** An amphora that was finished after its caller had gone, under a name nobody else can know, was deleted. */
  | { readonly kind: 'reaped'; readonly driver: string; readonly amphoraId: string; readonly code: ErrorCode }
  | ({ readonly kind: 'progress'; readonly driver: string; readonly amphoraName: string } & Progress)
