import { expect, it } from 'vitest'
import { addressesOf } from './address-range.ts'

it.each([
  ['10.0.0.7', ['10.0.0.7']],
  ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
  ['255.255.255.254 - 255.255.255.255', ['255.255.255.254', '255.255.255.255']],
])('%s', (range, addresses) => {
  expect(addressesOf(range)).toEqual(addresses)
})

it.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.9-10.0.0.1',
  '10.0.0.1-',
  '10.0.0.1-2',
  '10.0.0.0-10.1.0.0',
  '::1',
  '1.1.1.1-1.1.1.2-1.1.1.3',
])('%j is no range', (range) => {
  expect(addressesOf(range)).toBeUndefined()
})

it('has 4 096 addresses at most', () => {
  expect(addressesOf('10.0.0.0-10.0.15.255')).toHaveLength(4_096)
  expect(addressesOf('10.0.0.0-10.0.16.0')).toBeUndefined()
})
