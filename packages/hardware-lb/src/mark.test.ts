import { describe, expect, it } from 'vitest'
import { fingerprintTag, groupTag, newNonce, readMark, writeMark } from './mark.ts'

const mark = {
  owner: 'ops',
  fingerprint: fingerprintTag('v1:abc'),
  nonce: 'abcd1234',
  group: groupTag('anti-affinity.web'),
}

describe('a mark', () => {
  it.each([mark, { ...mark, group: undefined }])('is read as it was written', (one) => {
    expect(readMark(writeMark(one))).toEqual(one)
  })

  it('has at most 68 characters, of those that every box takes', () => {
    const longest = writeMark({ ...mark, owner: 'o'.repeat(20) })
    expect(longest).toHaveLength(67)
    expect(longest).toMatch(/^[a-z0-9:]{1,68}$/)
  })

  it.each([
    undefined,
    '',
    'a note of the operator',
    'amphora:ops',
    `${writeMark(mark)}:more`,
    ` ${writeMark(mark)}`,
    'amphora:OPS:0123456789abcdef:abcd1234',
  ])('is none: %j', (text) => {
    expect(readMark(text)).toBeUndefined()
  })

  it('tells one order from another and shows nothing of it', () => {
    expect(fingerprintTag('v1:abc')).not.toBe(fingerprintTag('v1:abd'))
    expect(fingerprintTag('v1:abc')).toMatch(/^[0-9a-f]{16}$/)
  })
})

it('a nonce is eight letters and digits, and no two are the same', () => {
  const all = Array.from({ length: 1_000 }, newNonce)
  expect(all.every((one) => /^[a-z0-9]{8}$/.test(one))).toBe(true)
  expect(new Set(all).size).toBe(1_000)
})
