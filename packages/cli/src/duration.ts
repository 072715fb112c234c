const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
/** What a timer of Node's can hold: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1

/** The shape of a duration, for schemas as well. */
export const DURATION: RegExp = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/
export const DURATION_RULE = 'a duration such as 500ms, 90s, 10m or 1h, at most 24 days'

/** Milliseconds; `undefined` where it is no duration, or none that a timer can hold. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = DURATION.exec(text) ?? []
  const ms = Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN))
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined
}
