import { AmphoraComputeError, codeFromHttpStatus, codeFromNodeError, retryAfterMs, type ErrorCode } from '@amphora/core'
import { own, readJson } from './read-wire.ts'
import { refusals } from './refusals.ts'

/** What was asked of the engine, one for each endpoint. */
export type Step = keyof typeof PHRASES

const PHRASES = {
  ping: 'tell its API version',
  create: 'create the container',
  archive: 'put files into the container',
  connect: 'connect the container to a network',
  disconnect: 'disconnect the container from a network',
  start: 'start the container',
  inspect: 'describe the container',
  list: 'list containers',
  remove: 'remove the container',
  pause: 'pause the container',
  unpause: 'unpause the container',
  image: 'describe the image',
  network: 'describe the network',
  info: 'describe itself',
  pull: 'pull the image',
  events: 'report events',
} as const

/**
 * What the engine made of a request: nothing left us, it said no, or nobody knows. Only after the last can it have
 * acted.
 */
export type Verdict = 'unsent' | 'refused' | 'unsure'

interface EngineErrorOptions {
  readonly step: Step
  readonly verdict: Verdict
  readonly code: ErrorCode
  readonly reason?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** One request that did not do what it was sent for. Its message is ours; the engine's own words are in the cause. */
export class EngineError extends AmphoraComputeError {
  readonly step: Step
  readonly verdict: Verdict

  constructor(message: string, { step, verdict, ...options }: EngineErrorOptions) {
    super(message, options)
    this.step = step
    this.verdict = verdict
  }
}

/** The engine answered, and not with success. */
export function refusal(step: Step, answer: RefusedAnswer, now: number): EngineError {
  const { status } = answer
  const said = saidBy(answer.body)
  const after = retryAfterMs(answer.headers['retry-after'], now)
  const row = refusals.find(
    (one) => one.status.includes(status) && one.steps.includes(step) && one.says.test(said ?? ''),
  )
  if (row !== undefined) {
    const { code, reason, message } = row
    const cause = evidence(status, said)
    return new EngineError(`the engine would not ${PHRASES[step]}: ${message}`, {
      step,
      verdict: 'refused',
      code,
      reason: `docker/${reason}`,
      retryAfterMs: after,
      cause,
    })
  }
  if (status >= 300 && status < 400) {
    return new EngineError(
      `the engine was asked to ${PHRASES[step]} and pointed elsewhere; redirects are not followed`,
      {
        step,
        verdict: 'unsure',
        code: 'internal',
        reason: 'docker/unexpected-redirect',
        cause: evidence(status, undefined),
      },
    )
  }
  // What answers for the engine (a proxy) does not know whether the engine acted; an engine that explains itself does.
  const verdict = status === 500 ? (said === undefined ? 'unsure' : 'refused') : unexplained(status)
  return new EngineError(`the engine would not ${PHRASES[step]} and answered ${status}`, {
    step,
    verdict,
    code: codeFromHttpStatus(status),
    retryAfterMs: after,
    // An answer to an archive may quote what was in it.
    cause: evidence(status, step === 'archive' ? undefined : said),
  })
}

interface RefusedAnswer {
  readonly status: number
  readonly headers: { readonly 'retry-after'?: string | undefined }
  readonly body: Buffer
}

/** No answer, or none to its end. */
export function transportFailure(step: Step, thrown: unknown): EngineError {
  const failure = codeFromNodeError(thrown) ?? { code: 'internal', sent: true }
  const what = failure.sent
    ? 'the connection to the engine broke before it answered'
    : 'the engine could not be reached'
  return new EngineError(`${what} to ${PHRASES[step]}`, {
    step,
    verdict: failure.sent ? 'unsure' : 'unsent',
    code: failure.code,
    reason: failure.sent ? 'docker/connection-lost' : 'docker/unreachable',
    cause: codeOnly(thrown),
  })
}

/** Our own time was over, or the caller stopped: the signal's reason says which. */
export function stopped(step: Step, signal: AbortSignal, verdict: Verdict): EngineError {
  const { message, code, reason } = AmphoraComputeError.from(signal.reason, 'cancelled')
  return new EngineError(message, { step, verdict, code, reason })
}

/** A success whose body nobody can read, or that is not what was promised. */
export function unreadable(step: Step, what: string): EngineError {
  return new EngineError(`the engine was asked to ${PHRASES[step]} and answered with ${what}`, {
    step,
    verdict: 'unsure',
    code: 'internal',
    reason: 'docker/unreadable-answer',
  })
}

/** The `message` of the engine's own errors; `undefined` where somebody else spoke. */
function saidBy(body: Buffer): string | undefined {
  const message = own(readJson(body), 'message')
  return typeof message === 'string' && message !== '' ? message : undefined
}

function unexplained(status: number): Verdict {
  return status >= 500 || status < 400 || status === 408 || status === 425 ? 'unsure' : 'refused'
}

/** For the operator: the engine's words, which may hold paths of its host. */
function evidence(status: number, said: string | undefined): Error {
  const words = said === undefined ? '' : ` ${said.replace(/\p{Cc}+/gu, ' ')}`
  return new Error(`HTTP ${status}${words}`.slice(0, 200))
}

/** An error of the library or of Node holds the whole request; its code is enough. */
function codeOnly(thrown: unknown): Error {
  const code = own(thrown, 'code')
  return new Error(typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'no code')
}
