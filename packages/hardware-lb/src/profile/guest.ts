import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import type { GuestSize } from './capabilities.ts'

/** A tenant, guest, instance or partition as a profile reads it, whoever made it. */
export interface Guest {
  /** What the box addresses it by. Letters, digits, `_`, `.`, `~` and `-`. */
  readonly key: string
  /** Its name on the box. */
  readonly name: string
  /** The text of ours that it carries, whatever it says; left out where the box keeps none. */
  readonly mark?: string | undefined
  /**
   * Tells it from a later guest under the same key, and never changes while it lives. Left out where the mark does so,
   * or where keys are never given twice.
   */
  readonly incarnation?: string | undefined
  readonly status: ReportedStatus
  readonly addresses: readonly AmphoraAddress[]
  /** The box's own name of its image. */
  readonly image?: string | undefined
  /** ISO 8601, UTC, as the box reports it. */
  readonly createdAt?: string | undefined
  /** A step of its creation is still owed, as far as the box shows: `finish` is called for it when its build is repeated. */
  readonly isUnfinished?: boolean | undefined
}

/** A guest to be, in the box's own terms. */
export interface GuestOrder {
  /** Its name on the box. */
  readonly name: string
  /** To be written into the guest by the very call that creates it, as it stands. */
  readonly mark: string
  /** Eight letters and digits that no guest has had before; a part of `mark`. For profiles without a text field. */
  readonly nonce: string
  readonly size: GuestSize
  /** The box's own name of the image. */
  readonly image: string | undefined
  /** In the order of the request. */
  readonly vlans: readonly number[]
}

/** What `create` has made. */
export interface Created {
  readonly key: string
  readonly incarnation?: string | undefined
  /** `finish` is owed. */
  readonly isUnfinished?: boolean | undefined
}
