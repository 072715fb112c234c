import { inspect } from 'node:util'

/** An error for the reader of the terminal: its message, and with `verbose` also its stack and its causes. */
export function explain(error: unknown, verbose: boolean): string {
  if (verbose) return inspect(error)
  return error instanceof Error ? error.message : String(error)
}
