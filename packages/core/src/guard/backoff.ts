const FIRST_MS = 200
const LONGEST_MS = 10_000

/** How often a call is sent at most, the first time included. */
export const MAX_ATTEMPTS = 4
/** An attempt that has less time than this is not begun. */
export const SHORTEST_ATTEMPT_MS = 50

/** Milliseconds before attempt `n + 1`: full jitter, and never less than the backend asked for. */
export function backoffMs(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const longest = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS)
  return Math.max(retryAfterMs ?? 0, longest * random())
}
