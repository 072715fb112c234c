import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createManualClock } from './manual-clock.ts'

describe('manual clock', () => {
  it('stands still until it is moved, and moves both clocks alike', async () => {
    const clock = createManualClock(1_000)
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
  })

  it('begins in 2026 where it is not told when', () => {
    expect(new Date(createManualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })

  it('ends sleeps in order of time, and in order of beginning where they end together', async () => {
    const clock = createManualClock()
    const woken: string[] = []
    const sleep = (name: string, ms: number): void =>
      void clock.sleep(ms).then(() => woken.push(`${name}@${clock.monotonic()}`))
    sleep('late', 30)
    sleep('first', 10)
    sleep('second', 10)
    await clock.advance(29)
    expect(woken).toEqual(['first@10', 'second@10'])
    await clock.advance(1)
    expect(woken).toEqual(['first@10', 'second@10', 'late@30'])
  })

  it('lets a sleeper that sleeps again wake at its own moment within one move', async () => {
    const clock = createManualClock()
    const moments: number[] = []
    const chain = async (): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await clock.sleep(10)
        moments.push(clock.monotonic())
      }
    }
    const done = chain()
    await clock.advance(100)
    await done
    expect(moments).toEqual([10, 20, 30])
    expect(clock.monotonic()).toBe(100)
  })

  it('ends a sleep of no time without being moved', async () => {
    const clock = createManualClock()
    await clock.sleep(0)
    await clock.sleep(-5)
    expect(clock.monotonic()).toBe(0)
  })

  it('rejects a sleep with the reason of its signal, and forgets the sleeper', async () => {
    const clock = createManualClock()
    const controller = new AbortController()
    const sleeping = clock.sleep(1_000, controller.signal)
    expect(clock.sleeping).toBe(1)
    controller.abort(new Error('no more'))
    await expect(sleeping).rejects.toThrow('no more')
    expect(clock.sleeping).toBe(0)
    await expect(clock.sleep(1_000, controller.signal)).rejects.toThrow('no more')
  })

  it('takes its listener off a signal that outlives the sleep', async () => {
    const clock = createManualClock()
    const { signal } = new AbortController()
    const sleeping = clock.sleep(10, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await clock.advance(10)
    await sleeping
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('runs until a promise has settled, however many sleeps that takes', async () => {
    const clock = createManualClock()
    const work = async (): Promise<number> => {
      for (let step = 0; step < 5; step++) await clock.sleep(1_000)
      return clock.monotonic()
    }
    expect(await clock.runUntil(work())).toBe(5_000)
    await expect(clock.runUntil(Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  })

  it('waits a while in real time for what does not sleep on it', async () => {
    const clock = createManualClock()
    const real = new Promise<string>((resolve) => void setTimeout(resolve, 20, 'real'))
    expect(await clock.runUntil(real)).toBe('real')
  })

  it('says so where nothing it moves can settle the promise', async () => {
    const clock = createManualClock()
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('nothing sleeps on this clock')
  })

  it('gives up on a promise at its limit', async () => {
    const clock = createManualClock()
    const endless = async (): Promise<never> => {
      for (;;) await clock.sleep(600)
    }
    await expect(clock.runUntil(endless(), 1_500)).rejects.toThrow('within 1500 ms')
    expect(clock.monotonic()).toBe(1_200)
  })

  it('runs until nothing sleeps any more, and says how long that was', async () => {
    const clock = createManualClock()
    const slept = clock.sleep(40).then(() => clock.sleep(2))
    expect(await clock.runUntilIdle()).toBe(42)
    await slept
    const controller = new AbortController()
    const long = clock.sleep(100, controller.signal)
    await expect(clock.runUntilIdle(99)).rejects.toThrow('within 99 ms')
    controller.abort()
    await expect(long).rejects.toThrow('aborted')
  })

  it('lets the wall clock jump without the monotonic one or any sleeper noticing', async () => {
    const clock = createManualClock(1_000)
    let awake = false
    void clock.sleep(100).then(() => (awake = true))
    clock.jump(-500)
    expect([clock.now(), clock.monotonic()]).toEqual([500, 0])
    clock.jump(100_000)
    await clock.advance(99)
    expect(awake).toBe(false)
    await clock.advance(1)
    expect(awake).toBe(true)
  })
})
