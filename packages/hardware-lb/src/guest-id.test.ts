import { describe, expect, it } from 'vitest'
import { idOf, readId } from './guest-id.ts'
import { writeMark } from './mark.ts'

const mark = writeMark({ owner: 'ops', fingerprint: '0123456789abcdef', nonce: 'abcd1234', group: undefined })

describe('an id', () => {
  it('names appliance, key and what tells the guest from a later one: its incarnation, else the nonce of its mark', () => {
    expect(idOf('box', { key: 'web', mark })).toBe('box:web:abcd1234')
    expect(idOf('box', { key: 'web', mark, incarnation: 'x1' })).toBe('box:web:x1')
    expect(idOf('box', { key: 'web' })).toBe('box:web:')
  })

  it('is read as it was written', () => {
    expect(readId('box:web.1~a_b-c:abcd1234')).toEqual({
      appliance: 'box',
      key: 'web.1~a_b-c',
      incarnation: 'abcd1234',
    })
    expect(readId('box:7:')).toEqual({ appliance: 'box', key: '7', incarnation: '' })
  })

  it.each([
    '',
    'box',
    'box:',
    'box::x',
    'box:..:x',
    'box:.:x',
    'box:a/b:x',
    'box:a b:x',
    'a:b:c:d',
    `box:${'k'.repeat(129)}:x`,
  ])('is none: %j', (id) => {
    expect(readId(id)).toBeUndefined()
  })
})
