import type { ErrorCode } from './error-code.ts'
import type { AmphoraState } from './amphora.ts'
import type { OperationClass } from './compute.ts'

/** Published on `tracingChannel('amphora.call')`: free when nobody listens, and APM tools already know how. */
export interface CallTrace {
  readonly driver: string
  readonly verb: 'build' | 'delete' | 'status' | 'getAmphora' | 'find' | 'suspend' | 'resume' | 'list' | 'check'
  readonly amphoraId?: string
  readonly attempt: number
}

/** Published on `channel('amphora.event')`. */
export type ComputeEvent =
  | { readonly kind: 'circuit'; readonly driver: string; readonly class: OperationClass; readonly state: 'closed' | 'open' | 'half-open' | 'isolated' }
  | { readonly kind: 'state'; readonly amphoraId: string; readonly from: AmphoraState; readonly to: AmphoraState }
  | { readonly kind: 'reaped'; readonly driver: string; readonly amphoraId: string; readonly code: ErrorCode }
