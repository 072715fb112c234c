import { createManualClock } from '@amphora/core/testing'
import { describe, expect, it } from 'vitest'
import { ApplianceError } from './errors.ts'
import { pick, type PickOptions } from './pick.ts'

const clock = createManualClock()
const taken = new ApplianceError('taken', { code: 'conflict', reason: 'x/taken', verdict: 'refused' })
const options: PickOptions<number> = {
  candidates: Array.from({ length: 40 }, (_, at) => at),
  taken: new Set(),
  name: 'web',
  isTaken: (thrown) => thrown === taken,
  clock,
  signal: new AbortController().signal,
  what: 'a number',
  reason: 'x/no-number',
}

describe('what we choose ourselves', () => {
  it('begins elsewhere for another name, and at the same for the same', async () => {
    const first = (name: string): Promise<number> => pick({ ...options, name }, async (candidate) => candidate)
    const names = Array.from({ length: 30 }, (_, at) => `name-${at}`)
    const starts = await Promise.all(names.map(first))
    expect(new Set(starts).size).toBeGreaterThan(10)
    expect(await Promise.all(names.map(first))).toEqual(starts)
  })

  it('passes over what the box says is in use', async () => {
    const used = new Set(options.candidates.filter((candidate) => candidate !== 17))
    expect(await pick({ ...options, taken: used }, async (candidate) => candidate)).toBe(17)
  })

  it('goes on where somebody was faster', async () => {
    const tried: number[] = []
    const picked = await clock.runUntil(
      pick(options, async (candidate) => {
        tried.push(candidate)
        if (tried.length < 4) throw taken
        return candidate
      }),
    )
    expect(new Set(tried).size).toBe(4)
    expect(picked).toBe(tried[3])
  })

  it('gives up after 16', async () => {
    let tries = 0
    const picking = pick(options, async () => {
      tries += 1
      throw taken
    })
    await expect(clock.runUntil(picking)).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'x/no-number',
      verdict: 'refused',
    })
    expect(tries).toBe(16)
  })

  it('is none where nothing is free', async () => {
    await expect(pick({ ...options, candidates: [] }, async () => 1)).rejects.toThrow(
      'a number is needed, and none is free',
    )
  })

  it('lets any other failure through at once', async () => {
    await expect(pick(options, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
