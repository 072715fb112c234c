import { expect, it } from 'vitest'
import { table } from './table.ts'

const row = (name: string, vmStatus: number | undefined) => table.read({ name: Buffer.from(name), vmStatus }, '')

it('a row of the table shows what a virtual machine does, and not whose it is', () => {
  expect(row('web', 4)).toEqual({ key: 'web', name: 'web', status: { state: 'active', raw: 'deployed/running' } })
  expect(row('web', 8)?.status.state).toBe('error')
  expect(row('web', 42)?.status).toEqual({ state: 'unknown', raw: 'deployed/status 42' })
  expect(row('web', undefined)?.status.state).toBe('unknown')
  expect(row('', 4)).toBeUndefined()
})
