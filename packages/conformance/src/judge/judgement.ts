import { hasExpired, type Deviation } from '../deviation.ts'
import type { Result } from '../report.ts'

/** What a rule's run came to, before deviations are looked at. */
export type Outcome =
  | { readonly result: Exclude<Result, 'deviates' | 'failed'>; readonly note?: string }
  | { readonly result: 'failed'; readonly error: unknown }

/** What the report says of it, and what a test runner is told: an error fails the test. */
export interface Judgement {
  readonly result: Result
  readonly note?: string
  readonly error?: unknown
}

/** Holds a deviation against an outcome: it must still be needed, and still be in date. */
export function judge(outcome: Outcome, deviation: Deviation | undefined, now: Date): Judgement {
  if (deviation === undefined) {
    return outcome.result === 'failed' ? { ...outcome, note: messageOf(outcome.error) } : outcome
  }
  if (outcome.result === 'unproven' || outcome.result === 'left-to-fake') return outcome
  if (outcome.result !== 'failed') {
    return failed(`The rule is no longer broken (${outcome.result}); remove the deviation from it`)
  }
  if (hasExpired(deviation, now)) {
    return failed(
      `The deviation has expired (${deviation.until}), and the rule is still broken: ${messageOf(outcome.error)}`,
    )
  }
  return { result: 'deviates', note: `until ${deviation.until}: ${deviation.reason}` }
}

function failed(note: string): Judgement {
  return { result: 'failed', note, error: new Error(note) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
