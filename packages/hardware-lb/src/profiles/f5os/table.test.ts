import { describe, expect, it } from 'vitest'
import { incarnationOf } from './encode.ts'
import { table } from './table.ts'

const row = (wanted: number, is: string, more: object = {}) =>
  table.read({ name: Buffer.from('a-web'), wanted, hash: Buffer.from('hash=='), is: Buffer.from(is), ...more }, '')

describe('a row of the table', () => {
  it('tells which tenant it is, and how it is', () => {
    expect(row(2, 'Running')).toEqual({
      key: 'a-web',
      name: 'a-web',
      incarnation: incarnationOf('hash=='),
      status: { state: 'active', raw: 'deployed/Running' },
    })
    expect(row(1, 'Provisioned\0\0')?.status.state).toBe('suspended')
    expect(row(0, 'Configured')?.status.state).toBe('suspended')
    expect(row(2, 'Sulking')?.status.state).toBe('unknown')
    expect(row(7, 'Running')?.status.state).toBe('unknown')
  })

  it('of one that is pending tells too little, and so does one without a name or a key', () => {
    expect(row(2, 'Pending')).toBeUndefined()
    expect(row(2, 'Running', { hash: undefined })).toBeUndefined()
    expect(row(2, 'Running', { name: Buffer.from('') })).toBeUndefined()
  })
})
