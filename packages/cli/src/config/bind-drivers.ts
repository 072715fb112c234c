import {
  AmphoraComputeError,
  DriverLoadError,
  InvalidRequestError,
  registry,
  type DriverBinding,
  type DriverPlugin,
} from '@amphora/core'
import type { Problem, ProblemPath } from '../yaml/problem.ts'
import type { Config } from './load-config.ts'
import type { DriverData } from './schema.ts'

/** One binding of the configuration: bound, or the reasons why not. */
export interface Bound {
  readonly name: string
  readonly package: string
  /** Known also where only its options were refused. */
  readonly plugin?: DriverPlugin
  readonly binding?: DriverBinding
  readonly problems: readonly Problem[]
}

/** Imports the driver packages and binds each with its options. Sends nothing, and never throws. */
export function bindDrivers(config: Config): Promise<readonly Bound[]> {
  return Promise.all(Object.entries(config.data.drivers).map(([name, data]) => bindOne(name, data, config)))
}

async function bindOne(name: string, data: DriverData, config: Config): Promise<Bound> {
  const own = { name, package: data.package }
  const path = ['drivers', name]
  const located = (at: ProblemPath, text: string): Problem => ({ path: at, text, line: config.lineOf(at) })

  let plugin: DriverPlugin
  try {
    plugin = chosen(await load(data.package, config), data)
  } catch (error) {
    const at = error instanceof DriverChoiceError && data.driver !== undefined ? 'driver' : 'package'
    return { ...own, problems: [located([...path, at], `cannot be used: ${loadMessage(error)}`)] }
  }
  try {
    return { ...own, plugin, binding: plugin(data.options), problems: [] }
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) {
      return {
        ...own,
        plugin,
        problems: [located([...path, 'options'], `were refused: ${AmphoraComputeError.from(error).message}`)],
      }
    }
    const places = issuePaths(plugin, data.options)
    const problems = error.problems.map((text, index) => {
      const at = [...path, 'options', ...(places[index] ?? [])]
      return located(at, text.replace(/^options of driver "[^"]*"[^:]*: /, ''))
    })
    return { ...own, plugin, problems }
  }
}

/** From the configuration's folder, else from where this command is installed, as with `npm install -g` of both. */
async function load(specifier: string, { url }: Config): Promise<readonly DriverPlugin[]> {
  try {
    return await registry.load(specifier, url)
  } catch (error) {
    if (!(error instanceof DriverLoadError) || error.code !== 'not-found' || specifier.startsWith('.')) throw error
    return registry.load(specifier, import.meta.url).catch(() => {
      throw error
    })
  }
}

class DriverChoiceError extends Error {}

function chosen(plugins: readonly DriverPlugin[], { package: specifier, driver }: DriverData): DriverPlugin {
  const names = plugins.map((plugin) => plugin.definition.name).join(', ')
  if (driver !== undefined) {
    const plugin = plugins.find((candidate) => candidate.definition.name === driver)
    if (plugin !== undefined) return plugin
    throw new DriverChoiceError(`${specifier} exports ${names}, and no driver "${driver}"`)
  }
  const [only, second] = plugins
  if (only !== undefined && second === undefined) return only
  throw new DriverChoiceError(`${specifier} exports several drivers (${names}); say which with "driver"`)
}

function loadMessage(error: unknown): string {
  if (error instanceof DriverChoiceError) return error.message
  const { code, message } = AmphoraComputeError.from(error)
  return error instanceof DriverLoadError && code === 'not-found' ? NOT_INSTALLED : message
}

const NOT_INSTALLED = 'it is not installed; run "npm install" with its name in the folder of this file'

/** Where in the options each problem lies, in the order in which core tells them. The schema's texts are left alone. */
function issuePaths(plugin: DriverPlugin, options: unknown): readonly ProblemPath[] {
  const result: unknown = plugin.definition.options['~standard'].validate(options)
  if (typeof result !== 'object' || result === null || !('issues' in result) || !Array.isArray(result.issues)) return []
  const issues: readonly { readonly path?: readonly unknown[] }[] = result.issues
  return issues.map(({ path = [] }) => path.map(keyOf))
}

function keyOf(part: unknown): string | number {
  const key: unknown = typeof part === 'object' && part !== null && 'key' in part ? part.key : part
  return typeof key === 'number' ? key : String(key)
}
