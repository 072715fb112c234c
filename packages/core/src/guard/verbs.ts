import type { OperationClass } from '../compute.ts'
import type { DriverVerb } from '../events.ts'

/** A watch is a stream and not a call: it has no deadline, holds no place, and moves no circuit. */
export type GuardedVerb = Exclude<DriverVerb, 'watch'>

interface VerbRules {
  readonly class: OperationClass
  /** May be sent again by core when it failed in a way that passes. */
  readonly repeatable: boolean
  /** Whether it changes something, and so is worth an `info` line in the log. */
  readonly changes: boolean
}

const read: VerbRules = { class: 'read', repeatable: true, changes: false }
const change: VerbRules = { class: 'change', repeatable: false, changes: true }

/** `build` repeats by rules of its own, since what it did may be in doubt. */
export const VERBS: Readonly<Record<GuardedVerb, VerbRules>> = {
  build: { class: 'create', repeatable: false, changes: true },
  delete: { class: 'delete', repeatable: true, changes: true },
  status: read,
  getAmphora: read,
  find: read,
  list: read,
  check: read,
  validate: read,
  suspend: { ...change, repeatable: true },
  resume: change,
  attachNetworkOrPort: change,
  detachPort: { ...change, repeatable: true },
  createPlacementGroup: { class: 'create', repeatable: false, changes: true },
  deletePlacementGroup: { class: 'delete', repeatable: true, changes: true },
}

/** What we refuse ourselves: repeating it at once would be refused again. */
const OWN_REFUSALS: ReadonlySet<string | undefined> = new Set(['core/circuit-open', 'core/overloaded', 'core/closed'])

/** Whether a failure passes by itself, so that the same call may succeed in a moment. */
export function passes(error: { readonly reason: string | undefined; readonly recovery: { retry: string } }): boolean {
  return error.recovery.retry === 'with-backoff' && !OWN_REFUSALS.has(error.reason)
}
