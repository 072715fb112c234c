import type { DriverBinding } from '@amphora/core'

export type StageKind = 'docker' | 'noop'

/** Where the demo plays. */
export interface Stage {
  readonly kind: StageKind
  /** For people: which backend this is. */
  readonly label: string
  /** The driver, given its options: bound by its value. */
  readonly binding: DriverBinding
  readonly imageId: string
  /**
   * Looks behind the driver's back whether the file has arrived in the amphora of this name to the byte. Left out
   * where requests through the balancer show it.
   */
  readonly holdsFile?: (name: string, path: string, content: string) => boolean
  /** Looks behind the driver's back whether anything of this name is left. */
  readonly isGone: (name: string) => Promise<boolean>
}

/** Written on everything that the demo builds. */
export const OWNER = 'demo'
