import type { RuleId } from './rule.ts'

/**
 * A rule that the driver breaks for a reason. It must still fail: once the rule passes, or the day is over, the run
 * fails until the deviation is removed.
 */
export interface Deviation {
  readonly rule: RuleId
  /** For whoever reads the report: why, and what would end it. */
  readonly reason: string
  /** The last day on which it holds, in UTC: `2026-12-31`. */
  readonly until: string
}

/** Why a list of deviations cannot be used; one sentence each. */
export function* deviationProblems(deviations: readonly Deviation[], known: ReadonlySet<string>): Iterable<string> {
  const seen = new Set<string>()
  for (const { rule, reason, until } of deviations) {
    if (!known.has(rule)) yield `a deviation names the rule "${rule}", and there is none of that id`
    if (seen.has(rule)) yield `two deviations name the rule "${rule}"`
    if (reason.trim() === '') yield `the deviation from "${rule}" gives no reason`
    if (!isDay(until))
      yield `the deviation from "${rule}" is dated ${JSON.stringify(until)}; a day such as 2026-12-31 is needed`
    seen.add(rule)
  }
}

/** Whether its last day is over. */
export function hasExpired(deviation: Deviation, now: Date): boolean {
  return now.toISOString().slice(0, 10) > deviation.until
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
