import { expect, it } from 'vitest'
import { all } from './all.ts'

async function* stream(failsAfter = Infinity): AsyncGenerator<number> {
  for (let at = 0; at < 3; at += 1) {
    if (at === failsAfter) throw new Error('it broke off')
    yield at
  }
}

it('all of a stream is what it gives until its end', async () => {
  expect(await all(stream())).toEqual([0, 1, 2])
})

it('all of a stream that fails is its failure', async () => {
  await expect(all(stream(2))).rejects.toThrow('it broke off')
})
