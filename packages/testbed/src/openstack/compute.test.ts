import { expect, it } from 'vitest'
import { newPublicKey } from './compute.ts'

it('makes a public key as OpenSSH writes it, another one each time', () => {
  const [kind, blob = '', comment] = newPublicKey().split(' ')
  expect([kind, comment]).toEqual(['ssh-ed25519', 'testbed'])
  const bytes = Buffer.from(blob, 'base64')
  expect([bytes.readUInt32BE(0), bytes.toString('latin1', 4, 15)]).toEqual([11, 'ssh-ed25519'])
  expect([bytes.readUInt32BE(15), bytes.length]).toEqual([32, 51])
  expect(newPublicKey()).not.toBe(newPublicKey())
})
