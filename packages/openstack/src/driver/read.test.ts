import { expect, it } from 'vitest'
import { fixedIps, textsOf, uuidAt } from './read.ts'

const ID = '0a1b2c3d-0000-4000-8000-00000000000f'

it('an id is a uuid, or none', () => {
  expect(uuidAt({ id: ID }, 'id')).toBe(ID)
  for (const json of [{ id: 'a' }, { id: 7 }, { uuid: ID }, [ID], null, undefined]) {
    expect(uuidAt(json, 'id')).toBeUndefined()
  }
})

it('texts are those of a list', () => {
  expect(textsOf(['a', 1, null, 'b'])).toEqual(['a', 'b'])
  for (const json of ['a', { 0: 'a' }, null, undefined]) expect(textsOf(json)).toEqual([])
})

it('the addresses of a port are those that it has', () => {
  expect(fixedIps({ fixed_ips: [{ ip_address: '10.0.0.2' }, {}, { ip_address: 'fd00::2' }] })).toEqual([
    '10.0.0.2',
    'fd00::2',
  ])
  for (const json of [{}, { fixed_ips: 'none' }, { fixed_ips: [null] }, null]) expect(fixedIps(json)).toEqual([])
})
