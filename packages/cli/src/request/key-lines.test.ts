import { expect, it } from 'vitest'
import { keyLines } from './key-lines.ts'

it('gives every key in order, without comments and empty lines', () => {
  expect(keyLines('# mine\nssh-ed25519 AAA me\r\n\n  ssh-rsa BBB\n#ssh-rsa CCC')).toEqual([
    'ssh-ed25519 AAA me',
    'ssh-rsa BBB',
  ])
})
