import { InstanceNotFoundError, NotSuspendedError } from '@amphora/core'
import { expect, it } from 'vitest'
import { claim, DemoError, refusal } from './claim.ts'

it('fails with its own words where it does not hold', () => {
  claim(true, 'unseen')
  expect(() => claim(false, 'it must hold')).toThrow(new DemoError('it must hold'))
})

it('gives back the refusal that was expected', async () => {
  const error = new NotSuspendedError('it runs')
  expect(await refusal('to resume', NotSuspendedError, () => Promise.reject(error))).toBe(error)
})

it('hands on a refusal of another kind', async () => {
  const error = new InstanceNotFoundError('gone')
  await expect(refusal('to resume', NotSuspendedError, () => Promise.reject(error))).rejects.toBe(error)
})

it('fails where nothing is refused', async () => {
  const allowed = refusal('to resume', NotSuspendedError, () => Promise.resolve())
  await expect(allowed).rejects.toThrow('to resume must be refused with NotSuspendedError, and was not')
})
