import { describe, expect, it } from 'vitest'
import { AmphoraComputeError } from './errors.ts'
import { Flights } from './flights.ts'

function controlled(): {
  start: (signal: AbortSignal) => Promise<string>
  signals: AbortSignal[]
  end: (value: string) => void
} {
  const signals: AbortSignal[] = []
  let end = (_value: string): void => undefined
  return {
    signals,
    start: (signal) => {
      signals.push(signal)
      return new Promise((resolve) => (end = resolve))
    },
    end: (value) => end(value),
  }
}

const cancelled = new AmphoraComputeError('enough', { code: 'cancelled' })

describe('a flight', () => {
  it('runs once for all who wait', async () => {
    const flights = new Flights<string>()
    const { start, signals, end } = controlled()
    const waiting = [1, 2, 3].map(() => flights.join('key', new AbortController().signal, start))
    end('done')
    expect(await Promise.all(waiting)).toEqual(['done', 'done', 'done'])
    expect(signals).toHaveLength(1)
  })

  it('goes on while one still waits, and is given up when the last has gone', async () => {
    const flights = new Flights<string>()
    const { start, signals } = controlled()
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [first, second].map(({ signal }) => flights.join('key', signal, start))
    first.abort(cancelled)
    await expect(waiting[0]).rejects.toBe(cancelled)
    expect(signals[0]?.aborted).toBe(false)
    second.abort(cancelled)
    await expect(waiting[1]).rejects.toBe(cancelled)
    expect(signals[0]?.aborted).toBe(true)
  })

  it('that was given up is not joined', async () => {
    const flights = new Flights<string>()
    const { start, signals, end } = controlled()
    const gone = new AbortController()
    const waiting = flights.join('key', gone.signal, start)
    gone.abort(cancelled)
    await expect(waiting).rejects.toBe(cancelled)
    const next = flights.join('key', new AbortController().signal, start)
    end('anew')
    expect(await next).toBe('anew')
    expect(signals).toHaveLength(2)
  })

  it('that failed fails for all, and is begun anew by the next', async () => {
    const flights = new Flights<string>()
    let runs = 0
    const start = async (): Promise<string> => {
      runs += 1
      if (runs === 1) throw cancelled
      return 'better'
    }
    const waiting = [1, 2].map(() => flights.join('key', new AbortController().signal, start))
    for (const one of waiting) await expect(one).rejects.toBe(cancelled)
    expect(await flights.join('key', new AbortController().signal, start)).toBe('better')
  })

  it('is not begun for whoever has left already', async () => {
    const { start, signals } = controlled()
    const signal = AbortSignal.abort(cancelled)
    await expect(new Flights<string>().join('key', signal, start)).rejects.toBe(cancelled)
    expect(signals).toHaveLength(0)
  })
})
