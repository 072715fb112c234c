import { expect, it } from 'vitest'
import { belongsTo } from './databases.ts'

it.each([
  ['nova_api.sqlite-wal', 'nova'],
  ['neutron.sqlite', 'neutron'],
  ['ironic-noauth.sqlite', 'ironic'],
] as const)('takes %s for a database of %s', (file, owner) => {
  expect(belongsTo(file, owner)).toBe(true)
})

it('leaves the databases of others alone', () => {
  expect(
    ['ironic.sqlite', 'neutron.sqlite', 'nova.done', 'novas.sqlite'].filter((file) => belongsTo(file, 'nova')),
  ).toEqual([])
})
