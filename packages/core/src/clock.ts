/** The time as core and the drivers see it, so that a test can hold it in its hand. */
export interface Clock {
  /** Wall clock, epoch milliseconds, for people. */
  now(): number
  /** Milliseconds from some fixed point, for windows and waits; never jumps. */
  monotonic(): number
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `ring` once after `ms` milliseconds, unless the returned function is called before. */
  alarm(ms: number, ring: () => void): () => void
}

/** Node's timers hold no more (timers: setTimeout), and take anything above for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1

/** The machine's own time. Nothing takes longer than 24.8 days. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const done = (): void => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const timer = setTimeout(done, Math.min(ms, LONGEST_MS))
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
    }),
  alarm: (ms: number, ring: () => void) => {
    const timer = setTimeout(ring, Math.min(ms, LONGEST_MS))
    return () => clearTimeout(timer)
  },
})
