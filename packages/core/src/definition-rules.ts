import type { Capabilities } from './capabilities.ts'
import type { DriverDefinition } from './define-driver.ts'
import { DriverLoadError } from './errors.ts'
import { freshName } from './request/name.ts'

/** The contract versions that this core can drive. */
export const SUPPORTED_API_VERSIONS: readonly number[] = Object.freeze([1])

const TYPES: ReadonlySet<unknown> = new Set(['VM', 'Container', 'BareMetal', 'HWLoadBalancer'])

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
  const { apiVersion, name, capabilities, options, connect, naming, wait, settleMs } = definition
  if (!SUPPORTED_API_VERSIONS.includes(apiVersion)) {
    yield `it is written for version ${String(apiVersion)} of the driver contract, this core speaks ${SUPPORTED_API_VERSIONS.join(', ')}`
    return
  }
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    yield `its name is 1 to 31 lower case letters, digits and hyphens, a letter first; found ${JSON.stringify(name)}`
  }
  const types: unknown = capabilities?.types
  if (!Array.isArray(types) || types.length === 0 || !types.every((type) => TYPES.has(type))) {
    yield `capabilities.types names at least one of ${[...TYPES].join(', ')} and nothing else`
  }
  if (typeof options?.['~standard']?.validate !== 'function') yield 'options is not a Standard Schema'
  if (typeof connect !== 'function') yield 'connect is not a function'
  if (typeof settleMs === 'number' && !(settleMs >= 0)) yield 'settleMs is negative'
  if (wait !== undefined && !(wait.pollMs > 0 && wait.timeoutMs > 0)) yield 'wait.pollMs and wait.timeoutMs are above 0'
  if (naming !== undefined && freshName(naming) === undefined) {
    yield `no name that core makes fits naming (at most ${naming.maxLength} characters, ${String(naming.pattern)}); it takes 12 lower case letters and digits at least`
  }
}
