import type { BackendKind } from '../report.ts'
import type { Witness } from '../observe/witness.ts'
import type { Names } from './names.ts'
import type { Planted } from './planted.ts'

/** What all rules of a run have in common. */
export interface Run {
  readonly backend: BackendKind
  readonly witness: Witness
  readonly names: Names
  readonly planted: Planted
  /** What rules made and nobody could remove, with the rule's id before it. */
  readonly left: string[]
}
