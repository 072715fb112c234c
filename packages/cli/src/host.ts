import type { Readable, Writable } from 'node:stream'

/** What ends a command from outside. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** A stream that may lead to a terminal. */
export type MaybeTerminal<S> = S & { readonly isTTY?: boolean; readonly columns?: number }

/** All that a command may touch of the process that it runs in, so that it can run in a test as well. */
export interface Host {
  readonly stdin: MaybeTerminal<Readable>
  readonly stdout: MaybeTerminal<Writable>
  readonly stderr: MaybeTerminal<Writable>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from, absolute. */
  readonly cwd: string
  /** Hears of Ctrl-C and of `kill` until the returned function is called. */
  onStop(listener: (signal: StopSignal) => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** The process itself. */
export function processHost(): Host {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onStop: (listener) => {
      const interrupt = (): void => listener('SIGINT')
      const terminate = (): void => listener('SIGTERM')
      process.on('SIGINT', interrupt).on('SIGTERM', terminate)
      return () => process.off('SIGINT', interrupt).off('SIGTERM', terminate)
    },
    exit: (code) => process.exit(code),
  }
}
