import type { Capabilities, DriverHealth, ErrorCode } from '@amphora/core'
import type { Bound } from '../config/bind-drivers.ts'
import type { Config } from '../config/load-config.ts'
import { EXIT_CODES, exitCodeOfCode, type ExitCode } from '../exit-code.ts'
import { problemLines } from '../yaml/problem.ts'
import { hintFor } from './hint.ts'

/** How one binding is, and what to do about it. */
export interface Diagnosis {
  readonly name: string
  readonly package: string
  readonly driver?: string
  readonly ok: boolean
  /** What the backend says of itself. */
  readonly version?: string
  readonly capabilities?: Capabilities
  readonly warnings: readonly string[]
  readonly problems: readonly DiagnosedProblem[]
  readonly exitCode: ExitCode
}

interface DiagnosedProblem {
  readonly code: ErrorCode
  readonly reason?: string
  readonly message: string
  readonly hint: string
}

export function diagnose(bound: Bound, health: readonly DriverHealth[], config: Config): Diagnosis {
  const { name, plugin } = bound
  const definition = plugin?.definition
  const own = {
    name,
    package: bound.package,
    ...(definition === undefined ? {} : { driver: definition.name, capabilities: definition.capabilities }),
  }
  if (bound.problems.length > 0) {
    const hint = `Correct ${config.shownPath}.`
    const problems = problemLines(bound.problems).map((message) => ({
      code: 'invalid-argument' as const,
      message,
      hint,
    }))
    return { ...own, ok: false, warnings: [], problems, exitCode: EXIT_CODES.usage }
  }
  const found = health.find(({ driver }) => driver === name)
  const { version, warnings = [], failure } = found ?? {}
  const line = config.lineOf(['drivers', name, 'options']) ?? config.lineOf(['drivers', name])
  const problems =
    failure === undefined
      ? []
      : [{ ...failure, hint: hintFor(failure.code, `line ${line ?? '?'} of ${config.shownPath}`) }]
  return {
    ...own,
    ok: failure === undefined,
    ...(version === undefined ? {} : { version }),
    warnings,
    problems,
    exitCode: failure === undefined ? EXIT_CODES.done : exitCodeOfCode(failure.code),
  }
}
