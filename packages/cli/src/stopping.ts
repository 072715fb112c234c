import { AmphoraComputeError } from '@amphora/core'
import { EXIT_CODES, type ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

/** What stops a command before its end: Ctrl-C, `kill`, or a reader that went away, as `head` does. */
export interface Stopping {
  /** Aborts at the first of them. */
  readonly signal: AbortSignal
  /** What the command ends with because of it; `undefined` while nothing has stopped it. */
  readonly exitCode: ExitCode | undefined
  close(): void
}

/** Listens until it is closed. A second Ctrl-C waits for nothing and ends the process at once. */
export function listenForStops(host: Host, onFirst: () => void): Stopping {
  const abort = new AbortController()
  let exitCode: ExitCode | undefined
  const stop = (code: ExitCode, why: string): void => {
    if (exitCode !== undefined) return
    exitCode = code
    abort.abort(new AmphoraComputeError(why, { code: 'cancelled', reason: 'cli/stopped' }))
  }
  const leave = host.onStop((name) => {
    const code = name === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.terminated
    if (exitCode !== undefined) return host.exit(code)
    stop(code, name === 'SIGINT' ? 'it was interrupted' : 'it was terminated')
    onFirst()
  })
  const readerGone = (): void => stop(EXIT_CODES.readerGone, 'the reader of stdout went away')
  const deaf = (): void => {}
  host.stdout.on('error', readerGone)
  host.stderr.on('error', deaf)
  return {
    signal: abort.signal,
    get exitCode() {
      return exitCode
    },
    close: () => {
      leave()
      host.stdout.off('error', readerGone)
      host.stderr.off('error', deaf)
    },
  }
}
