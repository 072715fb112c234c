import { expect, it } from 'vitest'
import { packCpio } from './cpio.ts'

it('writes head, name and bytes, each filled up to four', () => {
  const text = packCpio([{ path: 'init', mode: 0o100_755, bytes: Buffer.from('12345') }]).toString('latin1')
  const zero = '00000000'
  expect(text).toBe(
    `07070100000001000081ED${zero}${zero}00000001${zero}00000005${zero.repeat(4)}00000005${zero}init\0` +
      '\0'.repeat(1) +
      '12345\0\0\0' +
      `0707010000000200000000${zero}${zero}00000001${zero}${zero}${zero.repeat(4)}0000000B${zero}TRAILER!!!\0` +
      '\0'.repeat(3),
  )
})
