/** A time as an amphora tells it: ISO 8601, UTC, to the second. `undefined` where it is none. */
export function inSeconds(ms: number): string | undefined {
  return Number.isFinite(ms) && Math.abs(ms) <= LAST ? `${new Date(ms).toISOString().slice(0, 19)}Z` : undefined
}

/** What a `Date` can hold (ECMAScript, "Time Values and Time Range"). */
const LAST = 8.64e15
