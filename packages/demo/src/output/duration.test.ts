import { expect, it } from 'vitest'
import { duration } from './duration.ts'

it.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [125_000, '2 min 05 s'],
])('says %d milliseconds as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
