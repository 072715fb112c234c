import { CountingSignal } from '@amphora/test-tools'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

describe('the clock of the machine', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const isOver = (sleep: Promise<void>): (() => boolean) => {
    let over = false
    void sleep.then(
      () => (over = true),
      () => {},
    )
    return () => over
  }

  it('tells the wall clock, and a monotonic one that a jump does not move', async () => {
    const start = systemClock.monotonic()
    expect(systemClock.now()).toBe(1_700_000_000_000)
    await vi.advanceTimersByTimeAsync(5)
    vi.setSystemTime(9_000)
    expect(systemClock.now()).toBe(9_000)
    expect(systemClock.monotonic() - start).toBeCloseTo(5)
  })

  it('sleeps as long as it is told, and no shorter', async () => {
    const over = isOver(systemClock.sleep(100))
    await vi.advanceTimersByTimeAsync(99)
    expect(over()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(over()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a sleep that no timer can hold for a long one, not for none', async () => {
    const signal = new CountingSignal()
    for (const ms of [2 ** 31, Number.POSITIVE_INFINITY]) {
      const over = isOver(systemClock.sleep(ms, signal))
      await vi.advanceTimersByTimeAsync(86_400_000)
      expect(over()).toBe(false)
    }
    const longest = isOver(systemClock.sleep(2 ** 31 - 1))
    await vi.advanceTimersByTimeAsync(2 ** 31 - 2)
    expect(longest()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(longest()).toBe(true)
  })

  it('wakes with the reason of the signal, and leaves no timer', async () => {
    const controller = new AbortController()
    const sleep = systemClock.sleep(100, controller.signal)
    expect(vi.getTimerCount()).toBe(1)
    controller.abort(new Error('enough'))
    await expect(sleep).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not begin to sleep where the signal has aborted', async () => {
    await expect(systemClock.sleep(100, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on a signal that outlives the sleep', async () => {
    const signal = new CountingSignal()
    const sleep = systemClock.sleep(100, signal)
    expect(signal.listeners).toBe(1)
    await vi.advanceTimersByTimeAsync(100)
    await sleep
    expect(signal.listeners).toBe(0)
  })

  it('rings an alarm once, at its moment and no earlier', async () => {
    let rung = 0
    systemClock.alarm(100, () => (rung += 1))
    await vi.advanceTimersByTimeAsync(99)
    expect(rung).toBe(0)
    await vi.advanceTimersByTimeAsync(1_000)
    expect([rung, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('rings no alarm that was called off, and leaves no timer', async () => {
    let rung = 0
    systemClock.alarm(100, () => (rung += 1))()
    expect(vi.getTimerCount()).toBe(0)
    systemClock.alarm(Number.POSITIVE_INFINITY, () => (rung += 1))
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(rung).toBe(0)
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(systemClock)).toBe(true)
  })
})
