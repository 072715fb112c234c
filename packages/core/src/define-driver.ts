import type { Capabilities } from './capabilities.ts'
import type { Clock } from './clock.ts'
import { checkDefinition, settleProblems } from './definition-rules.ts'
import { parseOptions } from './driver-options.ts'
import type { DriverFor } from './driver.ts'
import { DriverLoadError } from './errors.ts'
import type { Logger } from './logger.ts'

/** Versions of the contract between core and drivers. Not the version of any package. */
export type DriverApiVersion = 1

/** All that core knows of a driver before it is connected. */
export interface DriverDefinition<Options, C extends Capabilities, Input = Options> {
  readonly apiVersion: DriverApiVersion
  /** Lower case letters, digits and hyphens, a letter first: `docker`. One plugin of a name per registry. */
  readonly name: string
  readonly capabilities: C
  /**
   * Milliseconds after a build whose answer was lost in which the backend may still act on it. Core looks with `find`
   * for so long before it sends again. 0 (the default) where names are unique on the backend; 30 000 for Nova.
   */
  readonly settleMs?: number | ((options: Options) => number)
  /** Any Standard Schema (valibot, zod …) that validates synchronously. Options may come from JSON. */
  readonly options: OptionsSchema<Options, Input>
  /** The same as JSON Schema, for editors of configuration files. */
  readonly optionsJsonSchema?: object
  /** Milliseconds; core's defaults where left out (build 60 000, delete, suspend and resume 30 000, reads 10 000). */
  readonly timeouts?: Partial<Record<'build' | 'delete' | 'getAmphora' | 'suspend' | 'resume', number>>
  /**
   * How often a wait looks at first, and how long it waits where the caller does not say. Default 1 000 and 600 000.
   * `streamFrom`: how many must wait before `watch` serves them better than a question for each. Default 1; 8 where a
   * stream begins with a list of everything.
   */
  readonly wait?: { readonly pollMs: number; readonly timeoutMs: number; readonly streamFrom?: number }
  /** Where the backend takes fewer names than core does. `pattern` is matched against the whole name. */
  readonly naming?: { readonly maxLength: number; readonly pattern: RegExp }
  /** Makes a driver of checked options. Sends nothing; the first call may connect. */
  readonly connect: (options: Options, context: DriverContext) => DriverFor<C>
}

/** The part of Standard Schema v1 that is used; `StandardSchemaV1` fits as it is. */
export interface OptionsSchema<Options, Input = Options> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** Answers at once `{ value }` or `{ issues }`. */
    readonly validate: (value: unknown) => unknown
    readonly types?: { readonly input: Input; readonly output: Options } | undefined
  }
}

/** What a driver gets from the `Compute` it serves. */
export interface DriverContext {
  /** Written on everything built; only what carries it is found, listed, changed or deleted. */
  readonly owner: string
  readonly logger: Logger
  /** Aborts when the `Compute` closes. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** Call it with options to bind it: `docker({ socketPath })`. */
// oxlint-disable-next-line typescript/no-explicit-any -- a plugin of unknown options takes any; its schema decides
export interface DriverPlugin<Options = any, C extends Capabilities = any> {
  /** @throws {InvalidRequestError} naming every problem of the options at once, without their values. */
  (options: Options): DriverBinding<C>
  // oxlint-disable-next-line typescript/no-explicit-any -- what the schema makes of the options is the driver's affair
  readonly definition: DriverDefinition<any, C>
}

/** A driver with its options, not yet connected. Opaque to callers. */
// oxlint-disable-next-line typescript/no-explicit-any -- bindings of different drivers stand in one record
export interface DriverBinding<C extends Capabilities = any> {
  // oxlint-disable-next-line typescript/no-explicit-any -- the options are hidden on purpose
  readonly plugin: DriverPlugin<any, C>
  /** `DriverDefinition.settleMs`, for these options. */
  readonly settleMs: number
  /** A closure over the options: as a property they would show in `util.inspect`. */
  readonly connect: (context: DriverContext) => DriverFor<C>
}

/**
 * Makes a plugin of a definition. The definition is checked here, the options when the plugin is called.
 *
 * @throws {DriverLoadError} where the definition breaks a rule, such as an unknown `apiVersion`.
 */
export function defineDriver<Options, const C extends Capabilities, Input = Options>(
  definition: DriverDefinition<Options, C, Input>,
): DriverPlugin<Input, C> {
  checkDefinition(definition)
  const fixed = Object.freeze({ ...definition })
  const bind = (input: Input): DriverBinding<C> => {
    const options = parseOptions(fixed.name, fixed.options, input === undefined ? {} : input)
    const settleMs = typeof fixed.settleMs === 'function' ? fixed.settleMs(options) : (fixed.settleMs ?? 0)
    for (const problem of settleProblems(settleMs)) throw new DriverLoadError(`Driver "${fixed.name}": ${problem}`)
    return Object.freeze({ plugin, settleMs, connect: (context: DriverContext) => fixed.connect(options, context) })
  }
  const plugin: DriverPlugin<Input, C> = Object.freeze(Object.assign(bind, { definition: fixed }))
  return plugin
}
