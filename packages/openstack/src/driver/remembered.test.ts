import { expect, it } from 'vitest'
import { Remembered } from './remembered.ts'

it('forgets what is longest unchanged, once there is too much', () => {
  const remembered = new Remembered<number>(2)
  remembered.set('a', 1)
  remembered.set('b', 2)
  remembered.set('a', 3)
  remembered.set('c', 4)
  expect(['a', 'b', 'c'].map((key) => remembered.get(key))).toEqual([3, undefined, 4])
  remembered.delete('a')
  expect(remembered.has('a')).toBe(false)
})
