import type { Capabilities } from './capabilities.ts'
import { capabilityProblems } from './capability-rules.ts'
import type { DriverDefinition } from './define-driver.ts'
import { DriverLoadError } from './errors.ts'
import { freshName } from './request/name.ts'

/** The contract versions that this core can drive. */
export const SUPPORTED_API_VERSIONS: readonly number[] = Object.freeze([1])

/** What a timer of Node's can hold. */
const LONGEST_MS = 2 ** 31 - 1

/** @throws {DriverLoadError} naming every rule that the definition breaks. */
export function checkDefinition<Options, C extends Capabilities, Input>(
  definition: DriverDefinition<Options, C, Input>,
): void {
  const problems = [...broken(definition)]
  if (problems.length > 0) throw new DriverLoadError(`A driver cannot be defined so: ${problems.join('; ')}`)
}

function* broken<Options, C extends Capabilities, Input>(
  definition: DriverDefinition<Options, C, Input>,
): Iterable<string> {
  const { apiVersion, name, capabilities, options, connect, naming, wait, timeouts, settleMs } = definition
  if (!SUPPORTED_API_VERSIONS.includes(apiVersion)) {
    yield `it is written for version ${String(apiVersion)} of the driver contract, this core speaks ${SUPPORTED_API_VERSIONS.join(', ')}`
    return
  }
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    yield `its name is 1 to 31 lower case letters, digits and hyphens, a letter first; found ${JSON.stringify(name)}`
  }
  yield* capabilityProblems(capabilities)
  if (typeof options?.['~standard']?.validate !== 'function') yield 'options is not a Standard Schema'
  if (typeof connect !== 'function') yield 'connect is not a function'
  if (settleMs !== undefined && typeof settleMs !== 'function') yield* settleProblems(settleMs)
  for (const [verb, ms] of Object.entries(timeouts ?? {})) yield* durationProblems(`timeouts.${verb}`, ms)
  if (wait !== undefined) {
    yield* durationProblems('wait.pollMs', wait.pollMs)
    yield* durationProblems('wait.timeoutMs', wait.timeoutMs)
    const { streamFrom = 1 } = wait
    if (!Number.isInteger(streamFrom) || streamFrom < 1)
      yield `wait.streamFrom must be a whole number from 1 on; found ${String(streamFrom)}`
  }
  if (naming !== undefined) yield* namingProblems(naming)
}

/** Why this cannot be the window of a build whose answer was lost. */
export function* settleProblems(settleMs: unknown): Iterable<string> {
  if (settleMs === 0 || isDuration(settleMs)) return
  yield `settleMs is milliseconds from 0 to ${LONGEST_MS}`
}

function* namingProblems(naming: { readonly maxLength: number; readonly pattern: RegExp }): Iterable<string> {
  const { maxLength, pattern } = naming
  if (typeof maxLength !== 'number' || !(pattern instanceof RegExp)) {
    yield 'naming is { maxLength, pattern }, a number and a regular expression'
    return
  }
  if (freshName(naming) !== undefined) return
  yield `no name that core makes fits naming (at most ${maxLength} characters, ${String(pattern)}); it takes 12 lower case letters and digits at least`
}

function* durationProblems(what: string, ms: unknown): Iterable<string> {
  if (!isDuration(ms)) yield `${what} is milliseconds above 0 and at most ${LONGEST_MS}`
}

function isDuration(ms: unknown): boolean {
  return typeof ms === 'number' && ms > 0 && ms <= LONGEST_MS
}
