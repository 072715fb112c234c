import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { AmphoraType } from './amphora.ts'
import type { DriverPlugin } from './define-driver.ts'
import { SUPPORTED_API_VERSIONS } from './definition-rules.ts'
import { DriverLoadError } from './errors.ts'
import { withoutSecrets } from './foreign-error.ts'

/** Which drivers there are, by name. */
export interface DriverRegistry {
  /**
   * Makes a driver known. The same plugin twice is fine.
   *
   * @throws {DriverLoadError} where another plugin has the name, or the plugin speaks an unknown contract version.
   */
  register(plugin: DriverPlugin): void
  /**
   * Imports a package by name, as seen from the file or folder `from` (usually `import.meta.url`), and registers every
   * driver that it exports. Nothing is registered where one of them is refused.
   *
   * @throws {DriverLoadError} where there is no such package, or it cannot be imported, or exports no driver.
   */
  load(specifier: string, from: string | URL): Promise<readonly DriverPlugin[]>
  /** @throws {DriverLoadError} naming the drivers that there are. */
  get(name: string): DriverPlugin
  forType(type: AmphoraType): readonly DriverPlugin[]
  [Symbol.iterator](): Iterator<DriverPlugin>
}

/** The one thing of this package that is shared by the whole process, and by other copies of it: names and plugins. */
const SHARED = Symbol.for('amphora.registry')

/** Process-wide. Its contents live on `globalThis` as data, so that two copies of this package share them. */
export const registry: DriverRegistry = registryOver(() => {
  const holder = globalThis as { [SHARED]?: Map<string, DriverPlugin> }
  return (holder[SHARED] ??= new Map())
})

/** Private to the caller: for tests, and for hosts that keep tenants apart. */
export function createRegistry(plugins: Iterable<DriverPlugin> = []): DriverRegistry {
  const own = new Map<string, DriverPlugin>()
  const made = registryOver(() => own)
  for (const plugin of plugins) made.register(plugin)
  return made
}

function registryOver(contents: () => Map<string, DriverPlugin>): DriverRegistry {
  return Object.freeze({
    register: (plugin: DriverPlugin): void => {
      refuseUnfit(plugin, contents())
      contents().set(plugin.definition.name, plugin)
    },
    load: async (specifier: string, from: string | URL): Promise<readonly DriverPlugin[]> => {
      const plugins = pluginsOf(await importFrom(specifier, from), specifier)
      const staged = new Map(contents())
      for (const plugin of plugins) {
        refuseUnfit(plugin, staged)
        staged.set(plugin.definition.name, plugin)
      }
      for (const plugin of plugins) contents().set(plugin.definition.name, plugin)
      return plugins
    },
    get: (name: string): DriverPlugin => {
      const plugin = contents().get(name)
      if (plugin !== undefined) return plugin
      const known = [...contents().keys()].join(', ') || 'none'
      throw new DriverLoadError(
        `No driver "${name}" is registered (registered: ${known}); import its package's "/register" first, or use registry.load`,
      )
    },
    forType: (type: AmphoraType): readonly DriverPlugin[] =>
      [...contents().values()].filter((plugin) => plugin.definition.capabilities.types.includes(type)),
    [Symbol.iterator]: (): Iterator<DriverPlugin> => contents().values(),
  })
}

function refuseUnfit(plugin: DriverPlugin, taken: ReadonlyMap<string, DriverPlugin>): void {
  if (!isPlugin(plugin)) {
    throw new DriverLoadError(`A driver plugin is what defineDriver returns; found ${typeof plugin}`)
  }
  const { name, apiVersion } = plugin.definition
  if (!SUPPORTED_API_VERSIONS.includes(apiVersion)) {
    throw new DriverLoadError(
      `Driver "${name}" is written for version ${apiVersion} of the driver contract, this core speaks ${SUPPORTED_API_VERSIONS.join(', ')}; install versions of both that agree`,
    )
  }
  const first = taken.get(name)
  if (first === undefined || first === plugin) return
  throw new DriverLoadError(
    `The driver name "${name}" is taken: another plugin, for ${first.definition.capabilities.types.join(', ')}, registered it first; is the package installed twice?`,
  )
}

function isPlugin(value: unknown): value is DriverPlugin {
  if (typeof value !== 'function') return false
  const { definition } = value as Partial<DriverPlugin>
  return typeof definition?.name === 'string' && typeof definition.connect === 'function'
}

function pluginsOf(module: object, specifier: string): readonly DriverPlugin[] {
  const plugins = [...new Set(Object.values(module))].filter(isPlugin)
  if (plugins.length > 0) return plugins
  throw new DriverLoadError(`"${specifier}" exports no driver; a driver package exports what defineDriver returns`)
}

async function importFrom(specifier: string, from: string | URL): Promise<object> {
  try {
    const path = createRequire(from).resolve(specifier)
    return (await import(pathToFileURL(path).href)) as object
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    throw new DriverLoadError(`Cannot load the driver package "${specifier}" from ${String(from)}: ${loadHint(code)}`, {
      code: code === 'MODULE_NOT_FOUND' ? 'not-found' : 'failed-precondition',
      cause: withoutSecrets(error),
    })
  }
}

function loadHint(code: unknown): string {
  if (code === 'MODULE_NOT_FOUND') return 'it is not installed there'
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return 'its package.json has no "default" condition for it in "exports"'
  return 'it failed while it was being imported; the cause names where'
}
