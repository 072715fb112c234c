import { describe, expect, it } from 'vitest'
import { writeMark } from './mark.ts'
import { isMarkOf, ownershipOf } from './ownership.ts'
import { fingerprintTag } from './mark.ts'

const markOf = (owner: string): string =>
  writeMark({ owner, fingerprint: fingerprintTag('v1:a'), nonce: 'abcd1234', group: undefined })

describe('by a mark', () => {
  const ours = ownershipOf('ops', 'mark', 'lb-')

  it('a guest is ours where mark and prefix are', () => {
    expect(ours.guestName('web')).toBe('lb-web')
    expect(ours.requestName({ name: 'lb-web', mark: markOf('ops') })).toBe('web')
  })

  it.each([
    [{ name: 'lb-web', mark: markOf('op') }],
    [{ name: 'lb-web', mark: undefined }],
    [{ name: 'web', mark: markOf('ops') }],
    [{ name: 'lb-web', mark: 'amphora:ops' }],
  ])('%j is not ours', (guest) => {
    expect(ours.requestName(guest)).toBeUndefined()
  })

  it('knows the order that made it by its fingerprint', () => {
    const mark = ours.markOf({ mark: markOf('ops') })
    expect([
      isMarkOf(mark, { fingerprint: 'v1:a' }),
      isMarkOf(mark, { fingerprint: 'v1:b' }),
      isMarkOf(undefined, { fingerprint: 'v1:a' }),
    ]).toEqual([true, false, false])
  })
})

describe('by the name', () => {
  const ours = ownershipOf('ops', 'name', '')

  it('a guest is ours where the owner stands before its name', () => {
    expect(ours.guestName('web')).toBe('ops-web')
    expect(ours.requestName({ name: 'ops-web' })).toBe('web')
    expect(ours.requestName({ name: 'opsweb' })).toBeUndefined()
    expect(ours.requestName({ name: 'op-s-web' })).toBeUndefined()
  })
})
