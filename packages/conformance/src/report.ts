import type { RuleId } from './rule.ts'

/**
 * What a run came to.
 *
 * - `conforms`: every Must that applies has passed, on a fake or on a backend under control, and none is unproven.
 * - `conforms-live`: every Must has passed that the real backend could be made to show.
 * - `incomplete`: nothing failed, but a Must that applies is unproven.
 * - `deviates`: as one of these, but for dated deviations.
 * - `fails`: otherwise.
 */
export type Verdict = 'conforms' | 'conforms-live' | 'deviates' | 'incomplete' | 'fails'

/**
 * What became of one rule.
 *
 * - `not-declared`: it is about a capability that the driver does not declare.
 * - `declared`: it is about refusing what the driver declares.
 * - `deviates`: it failed, and a deviation says why that is so.
 * - `unproven`: it applies, and nobody could put it to the test.
 * - `left-to-fake`: the same on a real backend: the run on a fake has to prove it.
 */
export type Result = 'passed' | 'failed' | 'deviates' | 'not-declared' | 'declared' | 'unproven' | 'left-to-fake'

/** One rule in a report. */
export interface RuleReport {
  readonly id: RuleId
  readonly level: 'must' | 'should'
  readonly result: Result
  /** Why it failed, deviates or is unproven. Holds none of the planted secrets. */
  readonly note?: string
  /** Whole milliseconds that it took, where it was run. */
  readonly ms?: number
}

/** Which kind of backend a run was on. */
export type BackendKind = 'fake' | 'live'

/** A whole run, as JSON. */
export interface Report {
  readonly subject: string
  /** The driver's name. */
  readonly driver: string
  readonly apiVersion: number
  readonly backend: BackendKind
  readonly verdict: Verdict
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string
  readonly ms: number
  /** Every rule of the contract, in its order. */
  readonly rules: readonly RuleReport[]
  /** How the name of everything begins that the kit made. */
  readonly prefix: string
  /** What the kit made and could not remove again. */
  readonly left: readonly string[]
}
