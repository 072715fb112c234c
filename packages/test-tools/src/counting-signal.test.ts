import { describe, expect, it } from 'vitest'
import { CountingSignal } from './counting-signal.ts'

describe('CountingSignal', () => {
  it('counts who listens, each of them once', () => {
    const signal = new CountingSignal()
    const one = (): void => {}
    expect(signal.listeners).toBe(0)
    signal.addEventListener('abort', one)
    signal.addEventListener('abort', one)
    signal.addEventListener('abort', () => {}, { once: true })
    expect(signal.listeners).toBe(2)
    signal.removeEventListener('abort', one)
    expect(signal.listeners).toBe(1)
  })

  it('still counts who has stopped listening to something else', () => {
    const signal = new CountingSignal()
    const listener = (): void => {}
    signal.addEventListener('abort', listener)
    signal.removeEventListener('error', listener)
    expect(signal.listeners).toBe(1)
  })

  it('is a signal that has not aborted, and tells its listeners', () => {
    const signal = new CountingSignal()
    let told = 0
    signal.addEventListener('abort', () => void (told += 1))
    expect(signal).toMatchObject({ aborted: false, reason: undefined, onabort: null })
    expect(() => signal.throwIfAborted()).not.toThrow()
    signal.dispatchEvent(new Event('abort'))
    expect(told).toBe(1)
  })
})
