import { AmphoraComputeError, DriverLoadError, type ErrorCode } from '@amphora/core'
import { CommanderError } from 'commander'
import { UsageError } from './usage-error.ts'

/** What a command ends with. Numbers are never given another meaning. */
export const EXIT_CODES: {
  readonly done: 0
  readonly failed: 1
  readonly usage: 2
  readonly notFound: 3
  readonly tryAgain: 4
  readonly denied: 5
  readonly state: 6
  readonly interrupted: 130
  readonly readerGone: 141
  readonly terminated: 143
} = Object.freeze({
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  tryAgain: 4,
  denied: 5,
  state: 6,
  interrupted: 130,
  readerGone: 141,
  terminated: 143,
})

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** For `--help` and for people. */
export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT_CODES.done, 'done'],
  [EXIT_CODES.failed, 'failed in another way than those below'],
  [EXIT_CODES.usage, 'wrong arguments, configuration or request; nothing was sent'],
  [EXIT_CODES.notFound, 'what was named does not exist'],
  [EXIT_CODES.tryAgain, 'unavailable, too slow, busy or full: the same command may work later'],
  [EXIT_CODES.denied, 'the backend refused the credentials, or does not allow it'],
  [EXIT_CODES.state, 'the name is taken, or it is not in the state that this needs'],
  [EXIT_CODES.interrupted, 'stopped by Ctrl-C; 143 by SIGTERM, 141 when the reader of stdout left'],
]

/** The exit code that an error of a command comes to. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return error.exitCode
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage
  if (error instanceof DriverLoadError) return EXIT_CODES.usage
  return error instanceof AmphoraComputeError ? exitCodeOfCode(error.code) : EXIT_CODES.failed
}

/** The same of a code alone; one that only a newer core knows is a failure like any other. */
export function exitCodeOfCode(code: ErrorCode): ExitCode {
  return BY_CODE[code] ?? EXIT_CODES.failed
}

const BY_CODE: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  'invalid-argument': EXIT_CODES.usage,
  unsupported: EXIT_CODES.usage,
  'not-found': EXIT_CODES.notFound,
  'already-exists': EXIT_CODES.state,
  'failed-precondition': EXIT_CODES.state,
  conflict: EXIT_CODES.tryAgain,
  'resource-exhausted': EXIT_CODES.tryAgain,
  unavailable: EXIT_CODES.tryAgain,
  'deadline-exceeded': EXIT_CODES.tryAgain,
  unauthenticated: EXIT_CODES.denied,
  'permission-denied': EXIT_CODES.denied,
}
