import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.parse('Wed, 25 Nov 2026 17:00:00 GMT')

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    [' 0 ', 0],
    ['86400', 600_000],
    ['Wed, 25 Nov 2026 17:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2026 16:00:00 GMT', 0],
    ['Thu, 26 Nov 2026 17:00:00 GMT', 600_000],
  ])('%j is %d ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms)
  })

  it.each([undefined, '', 'soon', '-1', '1.5', '1e9', '99999999999', '2026-11-25', 'Wed, yesterday'])(
    '%j is not said',
    (header) => {
      expect(retryAfterMs(header, NOW)).toBeUndefined()
    },
  )
})
