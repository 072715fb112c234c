/** No pool of addresses is longer; what is longer is a slip of the pen. */
const MOST = 4_096

/**
 * Every address of `10.0.0.10-10.0.0.40` or of the single `10.0.0.10`; `undefined` where it is neither, runs backwards,
 * or has more than 4 096.
 */
export function addressesOf(range: string): readonly string[] | undefined {
  const [first, last, ...more] = range.split('-').map((part) => numberOf(part.trim()))
  if (first === undefined || more.length > 0) return undefined
  if (!range.includes('-')) return [textOf(first)]
  if (last === undefined || last < first || last - first >= MOST) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => textOf(first + index))
}

function numberOf(address: string): number | undefined {
  if (!/^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) return undefined
  const parts = address.split('.').map(Number)
  return parts.every((part) => part <= 255) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}
