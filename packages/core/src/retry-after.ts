const LONGEST_MS = 600_000

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or an HTTP date), at most ten minutes;
 * `undefined` where it is neither.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1000 : httpDate(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_MS) : undefined
}

function httpDate(header: string): number {
  return /^[A-Z][a-z]{2},? /.test(header) ? Date.parse(header) : Number.NaN
}
