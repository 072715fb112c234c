import { expect, it } from 'vitest'
import { keyOf, partitionOf, readKey } from './encode.ts'

const order = { name: 'lb-one', mark: 'amphora:ops:0123456789abcdef:nonce123', resourceTemplate: undefined }

it('asks for a partition with its mark as its tag', () => {
  expect(partitionOf(order, 7)).toEqual({
    'partition-name': 'lb-one',
    id: 7,
    'application-type': 'adc',
    'user-tag': 'amphora:ops:0123456789abcdef:nonce123',
  })
})

it('attaches the template of the appliance', () => {
  const { template } = partitionOf({ ...order, resourceTemplate: 'tenants' }, 7)
  expect(template).toEqual({ 'resource-accounting': 'tenants' })
})

it('reads the keys that it writes', () => {
  const partition = { name: 'lb_one.a-B', id: 1_023 }
  expect(readKey(keyOf(partition))).toEqual(partition)
})

it.each(['', 'lb-one', 'lb-one~', '~7', 'lb-one~7~8', 'lb-one~x', 'lb/one~7', 'lb-one~123456'])(
  'does not take "%s" for a key',
  (key) => {
    expect(readKey(key)).toBeUndefined()
  },
)
