import type { DriverVerb } from '@amphora/core'

/** One call on its way to the world: the verb, and what it is about. */
export interface Visit {
  readonly verb: DriverVerb
  readonly id?: string
  readonly name?: string
}
