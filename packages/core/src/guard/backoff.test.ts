import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs, MAX_ATTEMPTS, SHORTEST_ATTEMPT_MS } from './backoff.ts'

const most = (): number => 1
const half = (): number => 0.5

it('doubles from 200 ms up to 10 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempt) => backoffMs(attempt, undefined, most))).toEqual([
    200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000,
  ])
})

it('has full jitter', () => {
  expect([1, 2, 3].map((attempt) => backoffMs(attempt, undefined, half))).toEqual([100, 200, 400])
  expect(backoffMs(3, undefined, () => 0)).toBe(0)
})

it('is never less than the backend asked for, and no more for it', () => {
  expect(backoffMs(1, 5_000, most)).toBe(5_000)
  expect(backoffMs(1, 60_000, half)).toBe(60_000)
  expect(backoffMs(5, 1, half)).toBe(1_600)
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(600_000), unit, (attempt, asked, random) => {
      const ms = backoffMs(attempt, asked, () => random)
      expect(ms).toBeGreaterThanOrEqual(asked)
      expect(ms).toBeLessThanOrEqual(Math.max(asked, 10_000))
    }),
  )
})

it('lets a call be sent four times, and no attempt begin with less than 50 ms', () => {
  expect([MAX_ATTEMPTS, SHORTEST_ATTEMPT_MS]).toEqual([4, 50])
})
