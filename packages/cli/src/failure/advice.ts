import type { ErrorCode } from '@amphora/core'

/** What to do about an error of this code. */
export function adviceFor(code: ErrorCode): string {
  return ADVICE[code] ?? ADVICE.unknown
}

const ADVICE: Readonly<Record<ErrorCode, string>> = {
  'invalid-argument': 'Correct what is named, and repeat the command.',
  unsupported: 'Leave it out, or use a driver that can do it: `amphora drivers` tells which can do what.',
  'not-found': 'Check what was named; `amphora list` shows what there is.',
  'already-exists': 'Choose another name, or repeat the request that had the name first.',
  'failed-precondition': 'Put right what the message names, and repeat the command.',
  conflict: 'It is busy with something else: repeat the command in a moment.',
  unauthenticated: 'Correct the credentials in the configuration; `amphora check` tries them.',
  'permission-denied': 'Use an account that may do this; `amphora check` tells whether it reaches the backend.',
  'resource-exhausted': 'Free something, have the limit raised, or repeat the command later.',
  unavailable: 'See that the backend runs and that the options of its driver lead to it; `amphora check` asks it.',
  'deadline-exceeded': 'Repeat the command, or give it more time with --timeout.',
  cancelled: 'Repeat the command if it is still wanted.',
  internal: 'See with `amphora check` whether the backend is well; -vv and --stack show more.',
  unknown: 'See with `amphora check` whether the backend is well; -vv and --stack show more.',
}
