import * as v from 'valibot'

/** What a stranger can do with a package that is published. */
export interface PublicPackage {
  readonly name: string
  readonly version: string
  /** All that can be imported, as it is written in an import: `@amphora/noop`, `@amphora/noop/register`. */
  readonly entries: readonly string[]
  /** The commands that it brings, each with its file in the package. */
  readonly commands: Readonly<Record<string, string>>
  /** What its installer must put beside it; optional peers left out. */
  readonly peers: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
}

/** Whether a package has the door through which a driver registers itself. */
export function isDriver({ name, entries }: PublicPackage): boolean {
  return entries.includes(`${name}/register`)
}

/** Reads a `package.json`; `undefined` for a private package. */
export function publicPackage(manifest: unknown): PublicPackage | undefined {
  const read = v.parse(Manifest, manifest)
  if (read.private) return undefined
  return {
    name: read.name,
    version: read.version,
    entries: entriesOf(read.name, read.exports),
    commands: typeof read.bin === 'string' ? { [unscoped(read.name)]: read.bin } : read.bin,
    peers: Object.keys(read.peerDependencies).filter((peer) => read.peerDependenciesMeta[peer]?.optional !== true),
    dependencies: { ...read.optionalDependencies, ...read.peerDependencies, ...read.dependencies },
    scripts: read.scripts,
  }
}

const texts = v.optional(v.record(v.string(), v.string()), {})

const Manifest = v.object({
  name: v.string(),
  version: v.optional(v.string(), '0.0.0'),
  private: v.optional(v.boolean(), false),
  exports: v.optional(v.unknown()),
  bin: v.optional(v.union([v.string(), v.record(v.string(), v.string())]), {}),
  scripts: texts,
  dependencies: texts,
  optionalDependencies: texts,
  peerDependencies: texts,
  peerDependenciesMeta: v.optional(v.record(v.string(), v.object({ optional: v.optional(v.boolean()) })), {}),
})

/** Entries whose target is not JavaScript (`./package.json`), and patterns, are left out: no import is written so. */
function entriesOf(name: string, exports: unknown): readonly string[] {
  return Object.entries(subpathsOf(exports))
    .filter(([subpath, target]) => !subpath.includes('*') && /\.[cm]?js$/.test(targetOf(target) ?? ''))
    .map(([subpath]) => name + subpath.slice(1))
}

function subpathsOf(exports: unknown): object {
  if (exports === undefined) return {}
  const hasSubpaths = isObject(exports) && Object.keys(exports).every((key) => key.startsWith('.'))
  return hasSubpaths ? exports : { '.': exports }
}

/** What Node takes of a target's conditions. */
function targetOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (!isObject(target)) return undefined
  const taken = Object.entries(target).find(([condition]) => ['node', 'import', 'default'].includes(condition))
  return targetOf(taken?.[1])
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unscoped(name: string): string {
  return name.replace(/^@[^/]+\//, '')
}
