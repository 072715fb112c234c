import { expect, it } from 'vitest'
import { turns } from './turns.ts'

it('runs as many tasks at once as there are turns, in the order in which they came', async () => {
  const turn = turns(2)
  const started: number[] = []
  let running = 0
  let most = 0
  const task = async (number: number): Promise<number> => {
    started.push(number)
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return number
  }
  expect(await Promise.all([1, 2, 3, 4, 5].map((number) => turn(() => task(number))))).toEqual([1, 2, 3, 4, 5])
  expect([started, most]).toEqual([[1, 2, 3, 4, 5], 2])
})

it('gives the turn of a task that failed to the next one', async () => {
  const turn = turns(1)
  const failed = turn(() => Promise.reject(new Error('failed')))
  const next = turn(() => Promise.resolve('next'))
  await expect(failed).rejects.toThrow('failed')
  expect(await next).toBe('next')
})
