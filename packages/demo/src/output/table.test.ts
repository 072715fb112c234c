import { expect, it } from 'vitest'
import { table } from './table.ts'

it('makes every column as wide as its widest cell, and leaves no spaces at the end', () => {
  const rows = [
    ['step', 'time', ''],
    ['build', '12 ms', 'ok'],
    ['wait until', '1.3 s'],
  ]
  expect(table(rows, [1])).toEqual([
    'step         time', //
    'build       12 ms  ok',
    'wait until  1.3 s',
  ])
})

it('is empty without rows', () => {
  expect(table([])).toEqual([])
})
