import { createManualClock } from '@amphora/core/testing'
import { describe, expect, it } from 'vitest'
import { Cached } from './cached.ts'

const { signal } = new AbortController()

describe('a cache', () => {
  it('asks once however many want it, and anew once its time is over', async () => {
    const clock = createManualClock()
    const cached = new Cached<number>(clock, 1_000)
    let asked = 0
    const load = async (): Promise<number> => (asked += 1)
    expect(await Promise.all([1, 2, 3].map(() => cached.get('a', signal, load)))).toEqual([1, 1, 1])
    await clock.advance(999)
    expect(await cached.get('a', signal, load)).toBe(1)
    await clock.advance(1)
    expect(cached.peek('a')).toBeUndefined()
    expect(await cached.get('a', signal, load)).toBe(2)
  })

  it('keeps no failure', async () => {
    const cached = new Cached<number>(createManualClock(), 1_000)
    await expect(cached.get('a', signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cached.get('a', signal, async () => 7)).toBe(7)
  })

  it('knows what was learnt in another way, until it is forgotten', () => {
    const cached = new Cached<number>(createManualClock(), 1_000)
    cached.put('a', 7)
    expect(cached.peek('a')).toBe(7)
    cached.forget('a')
    expect(cached.peek('a')).toBeUndefined()
  })
})
