import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
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
  /** Every driver that builds this type. */
  forType(type: AmphoraType): readonly DriverPlugin[]
  /** All of them, in the order in which they were registered. */
  [Symbol.iterator](): Iterator<DriverPlugin>
}

/** The one thing of this package that is shared by the whole process, and by other copies of it: names and plugins. */
const SHARED = Symbol.for('amphora.registry')

/** Process-wide. Its contents live on `globalThis` as data, so that two copies of this package share them. */
export const registry: DriverRegistry = registryOver(() => {
  const holder: typeof globalThis & { [SHARED]?: Map<string, DriverPlugin> } = globalThis
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
  if (!Array.isArray(plugin.definition.capabilities?.types)) {
    throw new DriverLoadError(
      `Driver "${name}" declares no capabilities.types; a driver plugin is what defineDriver returns`,
    )
  }
  const first = taken.get(name)
  if (first === undefined || first === plugin) return
  throw new DriverLoadError(
    `The driver name "${name}" is taken: another plugin, for ${first.definition.capabilities.types.join(', ')}, registered it first; is the package installed twice?`,
  )
}

function isPlugin(value: unknown): value is DriverPlugin {
  if (typeof value !== 'function' || !('definition' in value)) return false
  const { definition } = value
  if (typeof definition !== 'object' || definition === null) return false
  const { name, connect }: { readonly name?: unknown; readonly connect?: unknown } = definition
  return typeof name === 'string' && typeof connect === 'function'
}

function pluginsOf(module: object, specifier: string): readonly DriverPlugin[] {
  const plugins = [...new Set(Object.values(module))].filter(isPlugin)
  if (plugins.length > 0) return plugins
  throw new DriverLoadError(`"${specifier}" exports no driver; a driver package exports what defineDriver returns`)
}

async function importFrom(specifier: string, from: string | URL): Promise<object> {
  const failed = (code: 'not-found' | 'failed-precondition', why: string, cause: unknown): DriverLoadError =>
    new DriverLoadError(`Cannot load the driver package "${specifier}" from ${String(from)}: ${why}`, {
      code,
      cause: withoutSecrets(cause),
    })

  let path: string
  try {
    path = createRequire(placeOf(from)).resolve(specifier)
  } catch (error) {
    throw failed(codeOf(error) === 'MODULE_NOT_FOUND' ? 'not-found' : 'failed-precondition', resolveHint(error), error)
  }
  try {
    const module: object = await import(pathToFileURL(path).href)
    return module
  } catch (error) {
    throw failed('failed-precondition', 'it failed while it was being imported; the cause names where', error)
  }
}

/** A folder without a slash at its end would be taken for a file, and so be left out of the search. */
function placeOf(from: string | URL): string {
  const path = from instanceof URL || from.startsWith('file:') ? fileURLToPath(from) : from
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder && !path.endsWith('/') ? `${path}/` : path
}

function resolveHint(error: unknown): string {
  switch (codeOf(error)) {
    case 'MODULE_NOT_FOUND':
      return 'it is not installed there'
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
      return 'its package.json has no "default" condition for it in "exports"'
    default:
      return 'it cannot be resolved; a package name, and an absolute path or a file: URL to look from, are needed'
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
