import type { Amphora, AmphoraAddress, AmphoraState, AmphoraStatus, AmphoraType } from './amphora.ts'
import type { BuildRequestFor } from './capabilities.ts'
import type { Clock } from './clock.ts'
import type { DriverBinding } from './define-driver.ts'
import type { AttachTarget, PlacementPolicy } from './driver.ts'
import type { Logger } from './logger.ts'

export type Bindings = Readonly<Record<string, DriverBinding>>
type CapabilitiesOf<B> = B extends DriverBinding<infer C> ? C : never

/** A union over the bound drivers, told apart by `type` and, where two share a type, by `driver`. */
export type RequestFor<B extends Bindings> = {
  [N in keyof B]: BuildRequestFor<CapabilitiesOf<B[N]>> & { readonly driver?: N }
}[keyof B]

export type AmphoraQuery =
  | { readonly id: string; readonly name?: never }
  | { readonly name: string; readonly id?: never; readonly driver?: string }

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** What callers use. Every method validates, bounds, guards, logs and traces; drivers do none of that. */
export interface Compute<B extends Bindings = Bindings> extends AmphoraFleet {
  /** The id of the new amphora, as soon as the backend has accepted it. */
  build(request: RequestFor<B>, options?: CallOptions): Promise<string>
  /** Everything that would make this request fail, all of it at once, before anything is built. */
  validate(request: RequestFor<B>, options?: CallOptions): Promise<readonly string[]>
}

/** All that needs no knowledge of which drivers are bound; any `Compute` is one. */
export interface AmphoraFleet extends AsyncDisposable {
  delete(id: string, options?: CallOptions): Promise<void>
  status(id: string, options?: CallOptions): Promise<AmphoraStatus>
  getAmphora(query: AmphoraQuery, options?: CallOptions): Promise<Amphora>
  suspend(id: string, options?: CallOptions): Promise<void>
  resume(id: string, options?: CallOptions): Promise<void>
  list(options?: CallOptions & { readonly driver?: string }): AsyncIterable<Amphora>
  /** Changes as they are seen; a deletion shows as state `deleted`. Ends by rejecting, never in silence. */
  watch(options?: CallOptions & { readonly driver?: string }): AsyncIterable<Amphora>
  /** The long wait, kept out of every other verb. Needs only the id, so another process can wait too. */
  waitFor(id: string, state: 'deleted', options?: CallOptions): Promise<void>
  waitFor(id: string, state: Exclude<AmphoraState, 'deleted'>, options?: CallOptions): Promise<Amphora>
  attachNetworkOrPort(id: string, target: AttachTarget, options?: CallOptions): Promise<AmphoraAddress>
  detachPort(id: string, portId: string, options?: CallOptions): Promise<void>
  createPlacementGroup(group: PlacementGroup, options?: CallOptions): Promise<string>
  deletePlacementGroup(id: string, options?: CallOptions): Promise<void>
  check(options?: CallOptions): Promise<readonly DriverHealth[]>
  health(): readonly DriverHealth[]
  driversFor(type: AmphoraType): readonly string[]
  close(): Promise<void>
}

export interface PlacementGroup {
  readonly driver?: string
  readonly name: string
  readonly policy: PlacementPolicy
}

export type OperationClass = 'read' | 'create' | 'delete' | 'change'
export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated'

export interface DriverHealth {
  readonly driver: string
  /** One circuit for each class of operation, so that a sick image service never blocks a delete. */
  readonly circuits: Readonly<Record<OperationClass, CircuitState>>
  readonly since: string
  readonly lastFailure?: string
  readonly warnings?: readonly string[]
}

export interface ComputeOptions<B extends Bindings> {
  readonly drivers: B
  readonly logger?: Logger
  readonly clock?: Clock
  /** Written on everything built and required of everything listed or deleted, so that two deployments can share a backend. Default `amphora`. */
  readonly owner?: string
  /** Makes order fingerprints an HMAC, so that who reads the backend's labels can't test guesses of a secret. All controllers of one owner need the same. */
  readonly fingerprintKey?: string
  readonly timeouts?: Partial<Record<'build' | 'delete' | 'status' | 'getAmphora' | 'suspend' | 'resume', number>>
  readonly breaker?: BreakerOptions | false
}

export interface BreakerOptions {
  readonly failures?: number
  readonly openForMs?: number
  readonly probes?: number
}

export declare function createCompute<const B extends Bindings>(options: ComputeOptions<B>): Promise<Compute<B>>
