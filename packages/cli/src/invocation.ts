import type { Logger } from '@amphora/core'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import type { Output } from './output/output.ts'

/** What stands after a command that does not come to its end. */
export interface Aftermath {
  /** What is left behind, in sentences. */
  readonly left: readonly string[]
  /** Commands that go on from there, as their arguments. */
  readonly next: readonly (readonly string[])[]
  /** Holds only where nobody knows whether the backend has acted. */
  readonly onlyInDoubt?: true
}

export const NOTHING_LEFT: Aftermath = Object.freeze({ left: [], next: [] })

/** One command under way. */
export interface Invocation {
  readonly host: Host
  readonly output: Output
  readonly logger: Logger
  /** `--config`. */
  readonly config: string | undefined
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
  /** What the command ends with because something stopped it; `undefined` while nothing has. */
  readonly stopped: () => ExitCode | undefined
  /** The command's own arguments, for repeating it. */
  readonly argv: readonly string[]
  /** Kept up to date by the command, and read only if it fails. */
  aftermath: Aftermath
  /** Ids of what was made after a build had been given up, and was deleted again. */
  readonly reaped: string[]
}

/** What a command does once its arguments are known; what it returns is the exit code, 0 where it returns nothing. */
export type Work = (invocation: Invocation) => Promise<ExitCode | void>

/** Runs a command's work with everything that all commands share. */
export type Start = (work: Work) => Promise<void>
