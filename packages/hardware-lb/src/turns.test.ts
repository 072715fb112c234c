import { AmphoraComputeError } from '@amphora/core'
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

const never = new AbortController().signal

it('one after the other, in the order in which they came', async () => {
  const turns = new Turns()
  const done: number[] = []
  let running = 0
  await Promise.all(
    [1, 2, 3, 4].map(async (one) => {
      const end = await turns.take(never)
      running += 1
      expect(running).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      done.push(one)
      end()
    }),
  )
  expect(done).toEqual([1, 2, 3, 4])
})

it('who gives up waiting is passed over, and whoever comes after waits for the one before', async () => {
  const turns = new Turns()
  const endFirst = await turns.take(never)
  const stop = new AbortController()
  const second = turns.take(stop.signal)
  const third = turns.take(never)
  stop.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
  await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  let isThirdOn = false
  void third.then(() => (isThirdOn = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(isThirdOn).toBe(false)
  endFirst()
  const endThird = await third
  endThird()
})

it('who is aborted already never gets a turn, and hinders nobody', async () => {
  const turns = new Turns()
  await expect(turns.take(AbortSignal.abort(new Error('over')))).rejects.toMatchObject({ code: 'cancelled' })
  await expect(turns.take(never)).resolves.toBeTypeOf('function')
})
