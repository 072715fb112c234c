import type { Amphora, AmphoraAddress, AmphoraState, AmphoraStatus, AmphoraType } from './amphora.ts'
import type { BuildRequestFor } from './capabilities.ts'
import type { Clock } from './clock.ts'
import type { DriverBinding } from './define-driver.ts'
import type { AttachTarget, PlacementPolicy } from './driver.ts'
import type { ErrorCode } from './error-code.ts'
import type { Logger } from './logger.ts'

/** Drivers with their options, each under the name that its ids begin with. */
export type Bindings = Readonly<Record<string, DriverBinding>>
type CapabilitiesOf<B> = B extends DriverBinding<infer C> ? C : never

/** A union over the bound drivers, told apart by `type` and, where two share a type, by `driver`. */
export type RequestFor<B extends Bindings> = {
  [N in keyof B]: BuildRequestFor<CapabilitiesOf<B[N]>> & { readonly driver?: N }
}[keyof B]

/** One amphora: by its id, or by its name on any binding or on the one named. */
export type AmphoraQuery =
  | { readonly id: string; readonly name?: never }
  | { readonly name: string; readonly id?: never; readonly driver?: string }

/** What every verb takes beside its own arguments. */
export interface CallOptions {
  /** Aborting it rejects the call with code `cancelled`; what the backend had accepted stays. */
  readonly signal?: AbortSignal
  /** Milliseconds for the whole call, every repeat and long step included. */
  readonly timeoutMs?: number
}

/**
 * What callers use; code that takes any `Compute`, whatever is bound, says `AmphoraFleet`. Every method validates, bounds, guards, logs and traces; drivers do none of that.
 */
export interface Compute<B extends Bindings = Bindings> extends AmphoraFleet {
  /**
   * The id of the new amphora, as soon as the backend has accepted it. The same request under the same name gives the
   * same id, also from another process and after a crash.
   *
   * @throws {InvalidRequestError} naming every broken rule at once, and {NotImplementedError} naming what the driver
   * does not support; nothing was sent.
   * @throws {AmphoraBuildError} otherwise; `outcome` says what is left behind, `amphoraName` under which name.
   */
  build(request: RequestFor<B>, options?: CallOptions): Promise<string>
  /** Everything that would make this request fail, all of it at once, before anything is built. */
  validate(request: RequestFor<B>, options?: CallOptions): Promise<readonly string[]>
}

/** All that needs no knowledge of which drivers are bound; any `Compute` is one. */
export interface AmphoraFleet extends AsyncDisposable {
  /** Resolves when the backend has accepted it, and also when the amphora is already gone. @throws {DeleteFailed} */
  delete(id: string, options?: CallOptions): Promise<void>
  /** What the backend says now; never cached. @throws {InstanceNotFoundError} at the first call, without repeats. */
  status(id: string, options?: CallOptions): Promise<AmphoraStatus>
  /** @throws {InstanceNotFoundError} where there is none; by name only if every binding asked has said so. */
  getAmphora(query: AmphoraQuery, options?: CallOptions): Promise<Amphora>
  /** Resolves when accepted, and also when it is suspended already. */
  suspend(id: string, options?: CallOptions): Promise<void>
  /** @throws {NotSuspendedError} unless the backend says that it is suspended now. */
  resume(id: string, options?: CallOptions): Promise<void>
  /** Everything of ours, each once. Rejects where a backend does not answer; it is never just shorter. */
  list(options?: CallOptions & { readonly driver?: string }): AsyncIterable<Amphora>
  /** What there is, then changes as they are seen; a deletion shows as state `deleted`. Ends by rejecting, never in silence. */
  watch(options?: CallOptions & { readonly driver?: string }): AsyncIterable<Amphora>
  /**
   * The long wait, kept out of every other verb. Needs only the id, so another process can wait too. The state `error`
   * ends it at once unless `deleted` is awaited; an outage is waited through until the deadline (10 minutes, or the
   * driver's own).
   */
  waitFor(id: string, state: 'deleted', options?: CallOptions): Promise<void>
  /** The same for any other state; resolves with the amphora as it was then. */
  waitFor(id: string, state: Exclude<AmphoraState, 'deleted'>, options?: CallOptions): Promise<Amphora>
  /** Resolves with the address, and also when it is attached already. */
  attachNetworkOrPort(id: string, target: AttachTarget, options?: CallOptions): Promise<AmphoraAddress>
  /** Resolves also when the port is not attached. */
  detachPort(id: string, portId: string, options?: CallOptions): Promise<void>
  /** The id to be given as `placementGroupId` of a request for the same binding. */
  createPlacementGroup(group: PlacementGroup, options?: CallOptions): Promise<string>
  /** Resolves also when it is already gone. */
  deletePlacementGroup(id: string, options?: CallOptions): Promise<void>
  /** Asks every backend for its health now. A backend that does not answer is told in its `failure`, not thrown. */
  check(options?: CallOptions): Promise<readonly DriverHealth[]>
  /** What the circuits know, without asking anybody. */
  health(): readonly DriverHealth[]
  /** The names of the bindings that build this type. */
  driversFor(type: AmphoraType): readonly string[]
  /**
   * Admits nothing more, stops what is under way, deletes for at most 5 s what builds left behind that nobody can name,
   * and closes the drivers within 5 s more. Twice is fine.
   */
  close(): Promise<void>
}

/** Amphorae that are to be kept together or apart. */
export interface PlacementGroup {
  /** May be left out where only one binding has placement groups. */
  readonly driver?: string
  readonly name: string
  readonly policy: PlacementPolicy
}

/** Each has a circuit of its own, so that a backend that cannot create still deletes. */
export type OperationClass = 'read' | 'create' | 'delete' | 'change'
/** As in any circuit breaker; `isolated` is held open by hand. */
export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated'

/** How one binding fares. */
export interface DriverHealth {
  readonly driver: string
  readonly circuits: Readonly<Record<OperationClass, CircuitState>>
  /** When a circuit last changed, or the binding was connected: ISO 8601, UTC. */
  readonly since: string
  readonly lastFailure?: string
  /** The backend's version. From `check` only. */
  readonly version?: string
  /** What works but ought to be looked at. From `check` only. */
  readonly warnings?: readonly string[]
  /** Why the backend did not answer. From `check` only. */
  readonly failure?: { readonly code: ErrorCode; readonly reason?: string; readonly message: string }
}

/** What a `Compute` is made of. */
export interface ComputeOptions<B extends Bindings> {
  /** By name: the name is the first part of every id, so keep it as long as there are amphorae. */
  readonly drivers: B
  /** Silent where left out. A pino logger fits as it is. */
  readonly logger?: Logger
  readonly clock?: Clock
  /**
   * Written on everything built and required of everything listed or deleted, so that two deployments can share a
   * backend. 1 to 20 lower case letters and digits. Default `amphora`.
   */
  readonly owner?: string
  /**
   * Makes order fingerprints an HMAC, so that who reads the backend's labels can't test guesses of a secret. All
   * controllers of one owner need the same.
   */
  readonly fingerprintKey?: string
  /** Milliseconds, for calls that do not say; before the drivers' own and the defaults. */
  readonly timeouts?: Partial<Record<'build' | 'delete' | 'status' | 'getAmphora' | 'suspend' | 'resume', number>>
  readonly breaker?: BreakerOptions | false
}

/** When a circuit opens and how it closes. */
export interface BreakerOptions {
  /** Failures in a row that open it. Default 5. */
  readonly failures?: number
  /** Milliseconds that it stays open at first; doubled at each failed probe up to 120 000. Default 5 000. */
  readonly openForMs?: number
  /** Calls let through while it is half-open: the first is sent, the others follow if it succeeds. Default 1. */
  readonly probes?: number
}
