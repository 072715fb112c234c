import { expect, it } from 'vitest'
import { parseFiles } from './file-argument.ts'

it('is split at the first equals sign', () => {
  expect(parseFiles(['/etc/x=./a=b', '/etc/y=-'])).toEqual([
    { path: '/etc/x', place: './a=b' },
    { path: '/etc/y', place: '-' },
  ])
})

it.each(['/etc/x', '=x', '/etc/x='])('%s is refused', (text) => {
  expect(() => parseFiles([text])).toThrow('--file is <path in the amphora>=<file here, or ->')
})

it('is refused where it gives one path twice', () => {
  expect(() => parseFiles(['/x=a', '/x=b'])).toThrow('--file gives /x twice')
})
