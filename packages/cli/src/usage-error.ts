import type { ExitCode } from './exit-code.ts'

export interface UsageErrorOptions {
  /** Every single problem, where there are several. */
  readonly problems?: readonly string[]
  /** What to do about it. */
  readonly advice?: string
  /** Default 2. */
  readonly exitCode?: ExitCode
}

/** What was wrong before anything was sent: an argument, a file, the configuration. Its text holds no secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly problems: readonly string[]
  readonly advice: string | undefined
  readonly exitCode: ExitCode

  constructor(message: string, { problems = [], advice, exitCode = 2 }: UsageErrorOptions = {}) {
    super(message)
    this.problems = problems
    this.advice = advice
    this.exitCode = exitCode
  }
}
