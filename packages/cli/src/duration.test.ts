import { expect, it } from 'vitest'
import { parseDuration } from './duration.ts'

it.each([
  ['500ms', 500],
  ['1.5s', 1_500],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
])('takes %s for %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

it.each(['', '10', 's', '-1s', '0s', '1d', '1 s', '1e3s', '700h'])('takes %j for no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
