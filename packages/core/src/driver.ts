import type { AmphoraAddress, ReportedAmphora, ReportedStatus } from './amphora.ts'
import type { BuildOrder } from './build-request.ts'
import type { Capabilities } from './capabilities.ts'
import type { Logger } from './logger.ts'

/** Handed to every driver method. */
export interface Call {
  /**
   * Joins the caller's signal, this attempt's deadline and shutdown. Pass it to every transport, and reject within
   * 250 ms of its abort; `signal.reason` is the `AmphoraComputeError` that says which of the three it was.
   */
  readonly signal: AbortSignal
  /** When this attempt ends: wall clock, epoch milliseconds. */
  readonly deadline: number
  readonly logger: Logger
  /**
   * Runs a step that has a time limit of its own, such as an image pull. While it runs, the attempt's limit and the
   * default deadline of the call stand still and the call holds no place among those in flight; a `timeoutMs` that the
   * caller gave still holds. Rejects with `deadline-exceeded` after `limitMs` milliseconds.
   */
  longStep<T>(limitMs: number, step: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Tells who listens how far a long step has come. Published on `channel('amphora.event')`. */
  progress(step: Progress): void
}

/** How far a long step has come. */
export interface Progress {
  /** Stable, owned by the driver: `docker/pull`. */
  readonly step: string
  /** For people; holds no secret. */
  readonly message: string
  /** Out of `total`, in whatever unit the step has (bytes, layers). */
  readonly done?: number
  readonly total?: number
}

/** What a driver author writes. Ids here are the backend's own; every method but `resume` is safe to repeat. */
export interface AmphoraComputeDriver {
  /**
   * Resolves with the id when the backend has accepted the order; never waits for `active`. The name is the key: an
   * instance of ours under it with the same fingerprint is the answer, one with another fingerprint or one that is not
   * ours is `already-exists`. Owner, name and fingerprint are written in the very call that creates. What was made and
   * then failed is removed again, and only that; `AmphoraBuildError.outcome` says how it ended.
   */
  build(order: BuildOrder, call: Call): Promise<string>
  /** Resolves when the backend has accepted, and also when it is gone. What is not ours is `permission-denied`. */
  delete(id: string, call: Call): Promise<void>
  /** Where the backend answers it for less than `getAmphora`. */
  status?(id: string, call: Call): Promise<ReportedStatus>
  /** @throws {InstanceNotFoundError} only where the backend itself says so, and for what is not ours. */
  getAmphora(id: string, call: Call): Promise<ReportedAmphora>
  /** Every amphora of ours under this name: none, one, or, where a backend let it happen, several. */
  find(name: string, call: Call): Promise<readonly ReportedAmphora[]>
  /** Every amphora of ours, page by page; what others made never shows. */
  list(call: Call): AsyncIterable<ReportedAmphora>
  /** Credentials, reachability, API version. Changes nothing. */
  check(call: Call): Promise<CheckReport>
  /** What these options cannot do with this order, where the capabilities are only the upper bound. Pure. */
  refuse?(order: BuildOrder): readonly string[]
  /** What would make this order fail: flavor, zone, image, quota. Changes nothing. */
  validate?(order: BuildOrder, call: Call): Promise<readonly string[]>
  /** Gives back sockets, timers and secrets. Nothing is called afterwards. */
  close?(): Promise<void>
}

/** What `check` found. */
export interface CheckReport {
  readonly version?: string
  readonly warnings: readonly string[]
}

/** Owed where `capabilities.suspend` is declared. */
export interface Suspends {
  /** Resolves when accepted, and also when it is suspended already. */
  suspend(id: string, call: Call): Promise<void>
  /** Rejects with NotSuspendedError unless the backend says it is suspended now. */
  resume(id: string, call: Call): Promise<void>
}
/** Owed where `capabilities.watch` is declared. */
export interface Watches {
  /**
   * Yields everything of ours as it is, and then each change as it is seen, `deleted` for what is gone. Never ends by
   * itself: an outage rejects, since silence would read as "nothing happened".
   */
  watch(call: Call): AsyncIterable<ReportedAmphora>
}
/** Owed where `capabilities.attach` is declared. */
export interface Attaches {
  /** Resolves with the address, and also when it is attached already. */
  attachNetworkOrPort(id: string, target: AttachTarget, call: Call): Promise<AmphoraAddress>
  /** Resolves also when the port is not attached. */
  detachPort(id: string, portId: string, call: Call): Promise<void>
}
/** A network on which a port is to be made, or a port that exists. */
export type AttachTarget =
  | { readonly networkId: string; readonly ipAddress?: string; readonly portId?: never }
  | { readonly portId: string; readonly networkId?: never; readonly ipAddress?: never }
/** Owed where `capabilities.placementGroups` is declared. */
export interface Groups {
  /** The backend's id of the new group. */
  createPlacementGroup(name: string, policy: PlacementPolicy, call: Call): Promise<string>
  /** Resolves also when it is already gone. */
  deletePlacementGroup(id: string, call: Call): Promise<void>
}

/** `soft-`: as far as the backend can. */
export type PlacementPolicy = 'anti-affinity' | 'soft-anti-affinity' | 'affinity' | 'soft-affinity'

type When<Declared, Methods> = [Declared] extends [undefined] ? { readonly [M in keyof Methods]?: never } : Methods

type Of<C, K extends keyof Capabilities> = C extends { readonly [P in K]: infer V } ? V : undefined

/** Declared means implemented, and implemented means declared. */
export type DriverFor<C extends Capabilities> = AmphoraComputeDriver &
  When<Of<C, 'suspend'>, Suspends> &
  When<Of<C, 'watch'>, Watches> &
  When<Of<C, 'attach'>, Attaches> &
  When<Of<C, 'placementGroups'>, Groups>
