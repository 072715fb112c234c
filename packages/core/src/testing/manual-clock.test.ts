import { CountingSignal } from '@amphora/test-tools'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createManualClock } from './manual-clock.ts'

describe('the time of a manual clock', () => {
  it('stands still until it is moved, and moves both clocks alike', async () => {
    const clock = createManualClock(1_000)
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
    await clock.advance(0)
    await clock.advance(-50)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
  })

  it('begins in 2026 where it is not told when', () => {
    expect(new Date(createManualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })

  it('may jump without the monotonic one or any sleeper noticing', async () => {
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
    expect(clock.now()).toBe(100_600)
  })
})

describe('a sleep', () => {
  it('ends in order of time, and in order of beginning where several end together', async () => {
    const clock = createManualClock()
    const woken: string[] = []
    const sleep = (name: string, ms: number): void =>
      void clock.sleep(ms).then(() => woken.push(`${name}@${clock.monotonic()}`))
    sleep('late', 30)
    sleep('first', 10)
    sleep('second', 10)
    expect(clock.sleeping).toBe(3)
    await clock.advance(29)
    expect(woken).toEqual(['first@10', 'second@10'])
    expect(clock.sleeping).toBe(1)
    await clock.advance(1)
    expect(woken).toEqual(['first@10', 'second@10', 'late@30'])
  })

  it('that begins when another ends wakes at its own moment within the same move', async () => {
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

  it('that has begun just before the move, behind a few turns of the event loop, is seen by it', async () => {
    const clock = createManualClock()
    let awake = false
    const late = async (): Promise<void> => {
      for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => void setImmediate(resolve))
      await clock.sleep(5)
      awake = true
    }
    void late()
    await clock.advance(5)
    expect(awake).toBe(true)
  })

  it('leaves time for what follows it before the move is over', async () => {
    const clock = createManualClock()
    let followed = false
    const chain = async (): Promise<void> => {
      await clock.sleep(5)
      for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => void setImmediate(resolve))
      followed = true
    }
    void chain()
    await clock.advance(5)
    expect(followed).toBe(true)
  })

  it('of no time ends without being moved', async () => {
    const clock = createManualClock()
    for (const ms of [0, -5, Number.NaN]) await clock.sleep(ms)
    expect([clock.monotonic(), clock.sleeping]).toEqual([0, 0])
  })

  it('of any time at all ends only when the clock is moved', async () => {
    const clock = createManualClock()
    const woken: number[] = []
    for (const ms of [1, 0.5]) void clock.sleep(ms).then(() => woken.push(ms))
    await clock.advance(0)
    expect([clock.sleeping, woken]).toEqual([2, []])
    await clock.advance(1)
    expect(woken).toEqual([0.5, 1])
  })

  it('rejects with the reason of its signal, and is forgotten', async () => {
    const clock = createManualClock()
    const controller = new AbortController()
    const sleeping = clock.sleep(1_000, controller.signal)
    expect(clock.sleeping).toBe(1)
    controller.abort(new Error('no more'))
    await expect(sleeping).rejects.toThrow('no more')
    expect(clock.sleeping).toBe(0)
    for (const ms of [1_000, 0]) await expect(clock.sleep(ms, controller.signal)).rejects.toThrow('no more')
    expect(clock.sleeping).toBe(0)
  })

  it('takes its listener off a signal that outlives it', async () => {
    const clock = createManualClock()
    const signal = new CountingSignal()
    const sleeping = clock.sleep(10, signal)
    expect(signal.listeners).toBe(1)
    await clock.advance(10)
    await sleeping
    expect(signal.listeners).toBe(0)
  })
})

describe('an alarm', () => {
  it('rings at its moment, once', async () => {
    const clock = createManualClock()
    const rung: number[] = []
    await clock.advance(5)
    clock.alarm(10, () => rung.push(clock.monotonic()))
    expect(clock.sleeping).toBe(1)
    await clock.advance(9)
    expect(rung).toEqual([])
    await clock.advance(100)
    expect(rung).toEqual([15])
    expect(clock.sleeping).toBe(0)
  })

  it('that is called off does not ring', async () => {
    const clock = createManualClock()
    let rung = 0
    const callOff = clock.alarm(10, () => (rung += 1))
    callOff()
    callOff()
    await clock.advance(100)
    expect([rung, clock.sleeping]).toEqual([0, 0])
  })

  it('for a moment that is over rings with the next move, and not before', async () => {
    const clock = createManualClock()
    const rung: number[] = []
    await clock.advance(5)
    for (const ms of [0, -3]) clock.alarm(ms, () => rung.push(clock.monotonic()))
    expect(rung).toEqual([])
    await clock.advance(0)
    expect(rung).toEqual([5, 5])
  })
})

describe('running until a promise has settled', () => {
  afterEach(() => void vi.useRealTimers())

  it('takes as many sleeps as that needs, and settles alike', async () => {
    const clock = createManualClock()
    const work = async (): Promise<number> => {
      for (let step = 0; step < 5; step++) await clock.sleep(1_000)
      return clock.monotonic()
    }
    expect(await clock.runUntil(work())).toBe(5_000)
    await expect(clock.runUntil(Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  })

  it('moves no time where it has settled', async () => {
    const clock = createManualClock()
    const controller = new AbortController()
    const other = clock.sleep(1_000, controller.signal)
    await clock.runUntil(Promise.resolve())
    expect([clock.monotonic(), clock.sleeping]).toEqual([0, 1])
    controller.abort(new Error('over'))
    await expect(other).rejects.toThrow('over')
  })

  it('waits a while in real time for what does not sleep on it', async () => {
    const clock = createManualClock()
    const real = new Promise<string>((resolve) => void setTimeout(resolve, 20, 'real'))
    expect(await clock.runUntil(real)).toBe('real')
    expect(clock.monotonic()).toBe(0)
  })

  it('waits in real time also while the timers of the test are held still', async () => {
    const real = new Promise<string>((resolve) => void setTimeout(resolve, 20, 'real'))
    vi.useFakeTimers()
    expect(await createManualClock().runUntil(real)).toBe('real')
  })

  it('says so where nothing that it moves can settle the promise', async () => {
    const clock = createManualClock()
    const endless = clock.runUntil(new Promise(() => {}))
    await expect(endless).rejects.toThrow(
      'The manual clock cannot go on: what is waited for has not ended and nothing sleeps on this clock; it waits for something that this clock does not move',
    )
  })

  it('gives up at its limit, and not before', async () => {
    const clock = createManualClock()
    const endless = async (): Promise<never> => {
      for (;;) await clock.sleep(600)
    }
    await expect(clock.runUntil(endless(), 1_500)).rejects.toThrow('has not ended within 1500 ms of this clock')
    expect(clock.monotonic()).toBe(1_200)
    expect(await createManualClock().runUntil(Promise.resolve('at once'), 0)).toBe('at once')
    const exact = createManualClock()
    await exact.advance(7)
    await exact.runUntil(exact.sleep(1_500), 1_500)
    expect(exact.monotonic()).toBe(1_507)
  })

  it('gives up after a day where nobody says otherwise', async () => {
    const clock = createManualClock()
    await clock.runUntil(clock.sleep(86_400_000))
    await expect(clock.runUntil(clock.sleep(86_400_001))).rejects.toThrow('within 86400000 ms')
  })
})

describe('running until nothing sleeps', () => {
  it('says how long that was', async () => {
    const clock = createManualClock()
    await clock.advance(7)
    const slept = clock.sleep(40).then(() => clock.sleep(2))
    expect(await clock.runUntilIdle()).toBe(42)
    await slept
    expect(await clock.runUntilIdle()).toBe(0)
    expect(clock.monotonic()).toBe(49)
  })

  it('gives up at its limit, and not before', async () => {
    const clock = createManualClock()
    const controller = new AbortController()
    const long = clock.sleep(100, controller.signal)
    await expect(clock.runUntilIdle(99)).rejects.toThrow('within 99 ms of this clock')
    controller.abort(new Error('over'))
    await expect(long).rejects.toThrow('over')
    const other = clock.sleep(100)
    expect(await clock.runUntilIdle(100)).toBe(100)
    await other
    void clock.sleep(86_400_000)
    expect(await clock.runUntilIdle()).toBe(86_400_000)
  })

  it('sees what begins to sleep only in a moment', async () => {
    const clock = createManualClock()
    setImmediate(() => void clock.sleep(10))
    expect(await clock.runUntilIdle()).toBe(10)
  })
})
