/** The substrates an amphora can be built on; the names are the specification's. */
export type AmphoraType = 'VM' | 'Container' | 'BareMetal' | 'HWLoadBalancer'

/** One vocabulary for every backend. A backend word nobody has mapped yet is `unknown`, never a throw and never `active`. */
export type AmphoraState =
  | 'building'
  | 'active'
  | 'suspending'
  | 'suspended'
  | 'resuming'
  | 'stopped'
  | 'deleting'
  | 'deleted'
  | 'error'
  | 'unknown'

/** What the caller decides on (`state`, `up`) and what the backend said (`raw`, `fault`), side by side. */
export interface AmphoraStatus {
  readonly state: AmphoraState
  /** True only in `active`. */
  readonly up: boolean
  /** The backend's own word, for the operator: `ACTIVE/None`, `running`, `deploy failed`. */
  readonly raw: string
  /** Why it is in `error`, in the backend's words. */
  readonly fault?: string
  /** Stable, driver-owned: `nova/no-valid-host`. */
  readonly reason?: string
}

/** Plain, JSON-safe data. The id is routable (`east/6f1c…`) and outlives this process. */
export interface Amphora {
  readonly id: string
  readonly name: string
  readonly type: AmphoraType
  readonly status: AmphoraStatus
  /** In the order of the request, where the backend keeps or the driver remembers it. */
  readonly addresses: readonly AmphoraAddress[]
  /** The backend's own name or id; absent where it does not tell, like the two below. */
  readonly flavor?: string
  readonly imageId?: string
  readonly availabilityZone?: string
  /** ISO 8601, UTC, as the backend reports it; absent where it does not. */
  readonly createdAt?: string
}

/** Where an amphora is reached. */
export interface AmphoraAddress {
  readonly ip: string
  readonly family: 4 | 6
  readonly networkId?: string
  /** What `detachPort` takes. */
  readonly portId?: string
  readonly mac?: string
}

/** A status as drivers report it: `up` is core's to derive. */
export type ReportedStatus = Omit<AmphoraStatus, 'up'>

/** An amphora as drivers report it: its id is the backend's own. */
export type ReportedAmphora = Omit<Amphora, 'status'> & { readonly status: ReportedStatus }
