import type { Bindings, CallOptions, ComputeOptions } from '../compute.ts'
import type { DriverPlugin } from '../define-driver.ts'
import { InvalidRequestError } from '../errors.ts'
import { VERBS, type GuardedVerb } from '../guard/verbs.ts'
import { unknownProblem } from './argument-rules.ts'

const DEFAULTS: Readonly<Record<GuardedVerb, number>> = {
  build: 60_000,
  delete: 30_000,
  suspend: 30_000,
  resume: 30_000,
  status: 10_000,
  getAmphora: 10_000,
  find: 10_000,
  list: 60_000,
  check: 10_000,
  validate: 30_000,
  attachNetworkOrPort: 30_000,
  detachPort: 30_000,
  createPlacementGroup: 30_000,
  deletePlacementGroup: 30_000,
}

/** So that a settle window of 30 s and a second attempt fit into a build of 60 s. */
const LONGEST_BUILD_ATTEMPT_MS = 20_000
const LONGEST_MS = 2 ** 31 - 1

export const DEFAULT_POLL_MS = 1_000
export const DEFAULT_WAIT_MS = 600_000

type Times = Readonly<Partial<Record<GuardedVerb, number>>>
type Configured = NonNullable<ComputeOptions<Bindings>['timeouts']>

/** Milliseconds for one call where its caller does not say: the deployment's word, the driver's, the default. */
export function defaultTimeout(
  verb: GuardedVerb,
  configured: Configured,
  definition: DriverPlugin['definition'],
): number {
  const deployment: Times = configured
  const drivers: Times = definition.timeouts ?? {}
  return deployment[verb] ?? drivers[verb] ?? DEFAULTS[verb]
}

/** The longest that one attempt may take, milliseconds: a hung one leaves time for another. */
export function attemptLimit(verb: GuardedVerb, callMs: number): number {
  if (verb === 'build') return LONGEST_BUILD_ATTEMPT_MS
  return VERBS[verb].repeatable ? Math.max(1, Math.ceil(callMs / 2)) : callMs
}

/** @throws {InvalidRequestError} where something in them is not what it must be, or has another name. */
export function checkCallOptions(
  options: CallOptions,
  { mayNameDriver = false }: { readonly mayNameDriver?: boolean } = {},
): void {
  const known = ['signal', 'timeoutMs', ...(mayNameDriver ? ['driver'] : [])]
  const problem = unknownProblem('the options of this call', options, known)
  if (problem !== undefined) throw new InvalidRequestError([problem])
  checkTimeout('timeoutMs', options.timeoutMs)
}

/** @throws {InvalidRequestError} where it is no time that a timer can hold. */
export function checkTimeout(where: string, ms: unknown): void {
  if (ms === undefined || (typeof ms === 'number' && ms > 0 && ms <= LONGEST_MS)) return
  throw new InvalidRequestError([
    `${where} is milliseconds above 0 and at most ${LONGEST_MS}; found ${typeof ms === 'number' ? ms : typeof ms}`,
  ])
}
