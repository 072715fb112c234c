import { expect, it } from 'vitest'
import { table } from './table.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const INDEX = '1.4.10.0.0.10.1.4.10.0.0.2'

it('shows a change of a name, a description or a state', () => {
  const row = { name: bytes('lb-one'), description: bytes('by hand'), instance: bytes('Up'), vm: bytes('Running\0') }
  expect(table.read(row, INDEX)).toMatchObject({
    name: 'lb-one',
    mark: 'by hand',
    status: { state: 'active', raw: 'Running/Up' },
  })
  expect(table.read({ ...row, vm: bytes('Halted') }, INDEX)?.status.state).toBe('suspended')
})

it('has no row for an instance without a name', () => {
  expect(
    table.read({ name: undefined, description: undefined, instance: undefined, vm: undefined }, INDEX),
  ).toBeUndefined()
})

it('is never asked for one instance, since its rows know no id', () => {
  expect(table.indexOf).toBeUndefined()
})
