import { InvalidArgumentError, Option } from 'commander'
import { DURATION_RULE, parseDuration } from './duration.ts'

export interface TimeoutFlag {
  /** Milliseconds for the whole command. */
  readonly timeout?: number
}

export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'for the whole command: 500ms, 90s, 10m, 1h').argParser((text) => {
    const ms = parseDuration(text)
    if (ms === undefined) throw new InvalidArgumentError(`It is ${DURATION_RULE}.`)
    return ms
  })
}

/** What is left of the time, for each call that the command makes; nothing where no time was given. */
export function timeLeft({ timeout }: TimeoutFlag): () => { readonly timeoutMs?: number } {
  if (timeout === undefined) return () => ({})
  const end = performance.now() + timeout
  return () => ({ timeoutMs: Math.max(1, end - performance.now()) })
}
