import { expect, it } from 'vitest'
import { failure } from './failure.ts'

it('a failure is what a promise rejects with', async () => {
  const error = new Error('no')
  expect(await failure(Promise.reject(error))).toBe(error)
})

it('a promise that resolves is none', async () => {
  await expect(failure(Promise.resolve(7))).rejects.toThrow('it did not reject')
})
