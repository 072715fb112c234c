import { expect, it } from 'vitest'
import { together } from './together.ts'

const never = new AbortController().signal

it('gives what each has given, in their order', async () => {
  expect(await together([3, 1, 2], never, async (one) => one * 10)).toEqual([30, 10, 20])
})

it('calls the others off when one fails, and waits until all have ended', async () => {
  const ended: number[] = []
  const all = together([1, 2, 3], never, async (one, signal) => {
    if (one === 2) throw new Error('the second')
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    await new Promise((resolve) => setImmediate(resolve))
    ended.push(one)
    throw new Error('called off')
  })
  await expect(all).rejects.toThrow('the second')
  expect(ended).toEqual([1, 3])
})

it('is called off by the caller', async () => {
  const stop = new AbortController()
  const all = together(
    [1, 2],
    stop.signal,
    (_one, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  stop.abort(new Error('enough'))
  await expect(all).rejects.toThrow('enough')
})
