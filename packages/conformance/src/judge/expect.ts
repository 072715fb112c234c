import assert from 'node:assert/strict'
import type { AmphoraComputeError, ErrorCode } from '@amphora/core'
import { isOurs } from '../observe/witness.ts'

/** What it rejects with; fails where it resolves, or rejects with what is not one of core's errors. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<AmphoraComputeError> {
  let answer: unknown
  try {
    answer = await promise
  } catch (error) {
    if (isOurs(error)) return error
    throw new assert.AssertionError({
      message: `${what} rejects with an error that is not core's`,
      actual: nameOf(error),
    })
  }
  throw new assert.AssertionError({ message: `${what} rejects; it resolved`, actual: typeof answer })
}

/** The same, and with one of these codes. */
export async function rejects(
  promise: Promise<unknown>,
  what: string,
  ...codes: readonly ErrorCode[]
): Promise<AmphoraComputeError> {
  const error = await rejection(promise, what)
  assert.ok(
    codes.includes(error.code),
    `${what} rejects with ${codes.join(' or ')}; found ${error.code}: ${error.message}`,
  )
  return error
}

/** A rejection of this kind: a class of core's, whichever copy of core it comes from. */
export async function rejectsAs<E extends AmphoraComputeError>(
  promise: Promise<unknown>,
  what: string,
  kind: new (...args: never[]) => E,
): Promise<E> {
  const error = await rejection(promise, what)
  if (error instanceof kind) return error
  throw new assert.AssertionError({
    message: `${what} rejects with ${kind.name}; found ${error.name} (${error.code}): ${error.message}`,
  })
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
