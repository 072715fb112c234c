import { AmphoraComputeError, DriverLoadError, recovery, type ErrorCode } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { EXIT_CODE_MEANINGS, EXIT_CODES, exitCodeOf } from './exit-code.ts'
import { UsageError } from './usage-error.ts'

const OF_CODE: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 2,
  unsupported: 2,
  'not-found': 3,
  unavailable: 4,
  'deadline-exceeded': 4,
  conflict: 4,
  'resource-exhausted': 4,
  unauthenticated: 5,
  'permission-denied': 5,
  'already-exists': 6,
  'failed-precondition': 6,
  cancelled: 1,
  internal: 1,
  unknown: 1,
}

describe('the exit code of an error', () => {
  it.each(Object.entries(OF_CODE))('with the code %s is %i', (code, exitCode) => {
    expect(exitCodeOf(new AmphoraComputeError('x', { code: code as ErrorCode }))).toBe(exitCode)
  })

  it('is 4 exactly where repeating may help', () => {
    for (const [code, { retry }] of Object.entries(recovery)) {
      expect(OF_CODE[code as ErrorCode] === 4).toBe(retry === 'with-backoff')
    }
  })

  it('is 2 for what is wrong here, and 1 for what nobody knows', () => {
    expect(exitCodeOf(new UsageError('x'))).toBe(2)
    expect(exitCodeOf(new DriverLoadError('x', { code: 'not-found' }))).toBe(2)
    expect(exitCodeOf(new TypeError('x'))).toBe(1)
    expect(exitCodeOf(new AmphoraComputeError('x', { code: 'of a newer core' as ErrorCode }))).toBe(1)
  })
})

it('has a meaning that help tells', () => {
  const told = EXIT_CODE_MEANINGS.map(([code, meaning]) => `${code} ${meaning}`).join()
  for (const code of Object.values(EXIT_CODES)) expect(told).toContain(String(code))
})
