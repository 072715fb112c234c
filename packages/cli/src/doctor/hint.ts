import type { ErrorCode } from '@amphora/core'

/** What to look at when a backend does not pass its check. `options` says where its options stand. */
export function hintFor(code: ErrorCode, options: string): string {
  switch (code) {
    case 'unauthenticated':
      return `The backend does not know these credentials: correct those at ${options}, or the environment variables that it names.`
    case 'permission-denied':
      return `This user or account may not do that: give it the right (for a socket, its group), or name another at ${options}.`
    case 'unavailable':
      return `Nothing answers there: start the backend, or correct the address at ${options}. Look at firewalls and proxies too.`
    case 'deadline-exceeded':
      return 'It did not answer in time: look at the network and at the load of the backend, or give it more with --timeout.'
    case 'failed-precondition':
      return `It answers and does not fit: look at its certificate and version, and at ${options}.`
    case 'resource-exhausted':
      return 'It lets no more requests through for now: wait a while, or have its limit raised.'
    case 'not-found':
      return `It answers and does not have what was asked for: correct the address, project or path at ${options}.`
    default:
      return `Look at the log of the backend and at ${options}; -vv and --stack show more.`
  }
}
