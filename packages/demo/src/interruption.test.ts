import { expect, it } from 'vitest'
import { Interruption } from './interruption.ts'

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGPIPE', 141],
] as const)('ends a run as the shell says it of %s', (signal, exitCode) => {
  expect(new Interruption(signal).exitCode).toBe(exitCode)
})
