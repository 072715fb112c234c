import { AmphoraComputeError, DeleteFailed, InstanceNotFoundError } from '@amphora/core'
import { expect, it } from 'vitest'
import { rejection, rejects, rejectsAs } from './expect.ts'

const gone = new InstanceNotFoundError('There is none')

it('gives the error of what rejects', async () => {
  expect(await rejection(Promise.reject(gone), 'status')).toBe(gone)
  expect(await rejects(Promise.reject(gone), 'status', 'conflict', 'not-found')).toBe(gone)
  expect(await rejectsAs(Promise.reject(gone), 'status', InstanceNotFoundError)).toBe(gone)
})

it.each([
  ['resolves', () => rejection(Promise.resolve([]), 'list'), /^list rejects; it resolved$/],
  ['rejects with a foreign error', () => rejection(Promise.reject(new TypeError('x')), 'list'), /is not core's/],
  [
    'has another code',
    () => rejects(Promise.reject(gone), 'list', 'unavailable'),
    /rejects with unavailable; found not-found: There is none/,
  ],
  [
    'is of another kind',
    () => rejectsAs(Promise.reject(gone), 'delete', DeleteFailed),
    /with DeleteFailed; found InstanceNotFoundError/,
  ],
  [
    'has a code that core does not know',
    () => rejection(Promise.reject(Object.assign(new AmphoraComputeError('x'), { code: 'odd' })), 'list'),
    /is not core's/,
  ],
] as const)('fails where it %s', async (_what, act, message) => {
  await expect(act()).rejects.toThrow(message)
})
