import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { newCanary, secretOf, shows } from './secret.ts'

const canary = newCanary()
const secret = secretOf('a password', canary)
const bytes = Buffer.from(`password: ${canary}\n`)

describe('a secret is seen', () => {
  it.each([
    ['in a text', `the password is ${canary}!`],
    ['in JSON', JSON.stringify({ deep: [{ password: canary }] })],
    ['in an inspection', inspect({ deep: { password: canary } }, { depth: 20 })],
    ['in base64', Buffer.from(`x${canary}`).toString('base64')],
    ['in base64 at another offset', Buffer.from(`xy${canary}`).toString('base64')],
    ['in base64url', Buffer.from(`xyz${canary}z`).toString('base64url')],
    ['in hexadecimal', bytes.toString('hex')],
    ['in an inspected Buffer', inspect(bytes)],
    ['in an inspected Uint8Array', inspect(new Uint8Array(bytes), { maxArrayLength: 4_096 })],
    ['in the JSON of a Buffer', JSON.stringify(bytes)],
    ['in the JSON of a Uint8Array', JSON.stringify(new Uint8Array(Buffer.from(canary)))],
  ])('%s', (where, text) => {
    const tellsOnlyBytes = where === 'in the JSON of a Uint8Array'
    expect(shows(text, secret)).toBe(!tellsOnlyBytes)
  })

  it('in a URL, with characters that are escaped there', () => {
    expect(shows('/login?password=a%20b%2Fc%26dd', secretOf('x', 'a b/c&dd'))).toBe(true)
  })

  it('by any of its lines, where inspection breaks it', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n'
    expect(shows(inspect({ key }), secretOf('a key', key))).toBe(true)
  })
})

it('is not seen in what has nothing to do with it', () => {
  expect(shows(inspect({ a: newCanary(), b: Buffer.from(newCanary()) }), secret)).toBe(false)
})
