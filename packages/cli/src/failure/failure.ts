import {
  AmphoraBuildError,
  AmphoraComputeError,
  InvalidRequestError,
  type BuildOutcome,
  type ErrorCode,
} from '@amphora/core'
import { CommanderError } from 'commander'
import { EXIT_CODES, exitCodeOf, type ExitCode } from '../exit-code.ts'
import { NOTHING_LEFT, type Aftermath } from '../invocation.ts'
import { UsageError } from '../usage-error.ts'
import { adviceFor } from './advice.ts'
import { leftBehind } from './left-behind.ts'

/** All that is told of a command that failed. Plain data, and no secret in it. */
export interface Failure {
  readonly message: string
  readonly problems: readonly string[]
  readonly code?: ErrorCode
  readonly reason?: string
  readonly amphoraId?: string
  readonly amphoraName?: string
  readonly outcome?: BuildOutcome
  readonly retryAfterMs?: number
  readonly aftermath: Aftermath
  readonly advice: string
  readonly exitCode: ExitCode
  /** For the operator: where it was thrown, and what caused it. */
  readonly stack: string
}

/** What the command knows about itself when it fails. */
export interface FailureContext {
  readonly argv: readonly string[]
  readonly aftermath: Aftermath
  readonly reaped: readonly string[]
  /** What stopped it, if something did. */
  readonly stopped: ExitCode | undefined
}

export function failureOf(error: unknown, context: FailureContext): Failure {
  if (error instanceof CommanderError) return ofCommander(error, context)
  if (error instanceof UsageError) return ofUsage(error)
  return ofCompute(AmphoraComputeError.from(error, 'internal'), error, context)
}

function ofCommander(error: CommanderError, { argv }: FailureContext): Failure {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const command = argv.find((word) => !word.startsWith('-'))
  const about = error.code === 'commander.unknownCommand' || command === undefined ? '' : `${command} `
  return {
    message: [message, ...more].join(' '),
    problems: [],
    code: 'invalid-argument',
    aftermath: NOTHING_LEFT,
    advice: `\`amphora ${about}--help\` tells what there is.`,
    exitCode: exitCodeOf(error),
    stack: error.stack ?? '',
  }
}

function ofUsage(error: UsageError): Failure {
  const { message, problems, advice = adviceFor('invalid-argument') } = error
  return {
    message,
    problems,
    code: 'invalid-argument',
    aftermath: NOTHING_LEFT,
    advice,
    exitCode: error.exitCode,
    stack: error.stack ?? '',
  }
}

function ofCompute(error: AmphoraComputeError, thrown: unknown, context: FailureContext): Failure {
  const { code, reason, amphoraId, amphoraName, retryAfterMs } = error
  const isOurs = thrown === error
  const isStopped = context.stopped !== undefined && code === 'cancelled'
  const problems = error instanceof InvalidRequestError && error.problems.length > 1 ? error.problems : []
  const told = problems.length > 0 ? `The request breaks ${problems.length} rules` : error.message
  const stop = context.stopped === EXIT_CODES.terminated ? 'Terminated.' : 'Interrupted.'
  return {
    message: isOurs ? `${isStopped ? `${stop} ` : ''}${told}` : UNEXPLAINED,
    problems,
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(amphoraId === undefined ? {} : { amphoraId }),
    ...(amphoraName === undefined ? {} : { amphoraName }),
    ...(error instanceof AmphoraBuildError ? { outcome: error.outcome } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    aftermath: leftBehind(error, context),
    advice: error instanceof AmphoraBuildError && code === 'not-found' ? NO_SUCH_PART : adviceFor(code),
    exitCode: isStopped ? (context.stopped ?? EXIT_CODES.failed) : exitCodeOf(error),
    stack: stackOf(error),
  }
}

const NO_SUCH_PART = 'Check the image, the networks and the other ids of the request; `amphora validate` tries them.'

const UNEXPLAINED = 'This program failed in a way that it cannot explain'

function stackOf(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own
}
