import { expect, it } from 'vitest'
import { inSeconds } from './in-seconds.ts'

it('is a time to the second, or none', () => {
  expect(inSeconds(Date.parse('2026-11-27T16:25:41.732Z'))).toBe('2026-11-27T16:25:41Z')
  for (const ms of [Number.NaN, Infinity, 8.64e15 + 1, -8.64e15 - 1]) expect(inSeconds(ms)).toBeUndefined()
})
