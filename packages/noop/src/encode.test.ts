import { expect, it } from 'vitest'
import { orderOf } from '../test/bench.ts'
import { toSpec } from './encode.ts'

it('takes the order over whole, with our mark, and copies its bytes', () => {
  const bytes = new Uint8Array([1, 2])
  const { nameIsFresh, ...order } = orderOf('a', { files: [{ path: '/x', bytes }], userData: bytes, imageId: 'i' })
  const spec = toSpec({ ...order, nameIsFresh }, 'ours')
  expect(spec).toEqual({ ...order, owner: 'ours' })
  expect(spec.userData).not.toBe(bytes)
  expect(spec.files[0]?.bytes).not.toBe(bytes)
  expect(spec.userData?.buffer).not.toBe(bytes.buffer)
})
