import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Host } from '../host.ts'
import { readLocalFile } from '../read-limited.ts'
import { UsageError } from '../usage-error.ts'
import { problemLines, type Problem, type ProblemPath } from '../yaml/problem.ts'
import { readYaml, toData } from '../yaml/read-yaml.ts'
import { check } from '../yaml/schema-problems.ts'
import { CONFIG_NAME, findConfig, type ConfigPlace } from './find-config.ts'
import { resolveReferences } from './references.ts'
import { configSchema, type ConfigData } from './schema.ts'

/** A configuration that is right in itself; its drivers are not loaded yet. */
export interface Config {
  readonly data: ConfigData
  /** Absolute. */
  readonly path: string
  /** As messages name it: from the current folder. */
  readonly shownPath: string
  /** Where drivers are looked for from. */
  readonly url: URL
  /** From 1. */
  readonly lineOf: (path: ProblemPath) => number | undefined
}

/**
 * Reads the configuration file.
 *
 * @throws {UsageError} naming everything that is wrong with it at once, with the lines and without any value.
 */
export async function loadConfig(option: string | undefined, host: Host, signal: AbortSignal): Promise<Config> {
  const place = findConfig(option, host)
  const shownPath = shown(place.path, host.cwd)
  const text = await textOf(place, shownPath, signal)
  const { document, problems, lineOf } = readYaml(text)
  if (problems.length > 0) throw brokenConfig(shownPath, problems)

  const unresolved = resolveReferences(document, host.env)
  const plain = toData(document)
  if (plain === undefined)
    throw brokenConfig(shownPath, [{ path: [], line: undefined, text: 'its aliases lead nowhere, or multiply' }])
  const checked = check(configSchema, plain.data)
  const others =
    'problems' in checked
      ? checked.problems.filter(({ path }) => !unresolved.some((one) => isSame(one.path, path)))
      : []
  const all = [...unresolved, ...others].map((problem) => ({ ...problem, line: lineOf(problem.path) }))
  if ('problems' in checked || all.length > 0) throw brokenConfig(shownPath, all)
  return { data: checked.output, path: place.path, shownPath, url: pathToFileURL(place.path), lineOf }
}

/** All that is wrong with a configuration, as one error. */
export function brokenConfig(shownPath: string, problems: readonly Problem[]): UsageError {
  return new UsageError(`The configuration ${shownPath} cannot be used`, {
    problems: problemLines(problems),
    advice: 'Correct the file; nothing was sent.',
  })
}

async function textOf({ path, from }: ConfigPlace, shownPath: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readLocalFile(path, 'the configuration', signal)).toString()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const said = from === 'the current folder' ? '' : `, which ${from} names`
    throw new UsageError(`${error.message}${said}`.replace(path, shownPath), {
      advice: `Write ${CONFIG_NAME} here, or name another file with --config or AMPHORA_CONFIG. It says which drivers there are.`,
    })
  }
}

function shown(path: string, cwd: string): string {
  const near = relative(cwd, path)
  return near.startsWith('..') || near === '' ? path : near
}

function isSame(a: ProblemPath, b: ProblemPath): boolean {
  return a.length === b.length && a.every((key, index) => String(key) === String(b[index]))
}
