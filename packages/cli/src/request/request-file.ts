import { dirname, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'
import { problemLines, type Problem } from '../yaml/problem.ts'
import { readYaml, toData } from '../yaml/read-yaml.ts'
import { check } from '../yaml/schema-problems.ts'
import { requestSchema, type ContentData, type RequestData } from './request-schema.ts'
import type { Source, Sources } from './sources.ts'

/** A request file that has been read. */
export interface RequestFile {
  readonly data: RequestData
  /** What relative paths in it start from. */
  readonly folder: string
}

/**
 * Reads a whole request from YAML or JSON. `${…}` in it means nothing: contents are often templates themselves.
 *
 * @throws {UsageError} naming everything that is wrong with its shape at once.
 */
export async function readRequestFile(place: string, source: Source, cwd: string): Promise<RequestFile> {
  const shown = place === '-' ? 'stdin' : place
  const { document, problems, lineOf } = readYaml((await source()).toString())
  if (problems.length > 0) throw brokenRequest(shown, problems)
  const plain = toData(document)
  if (plain === undefined) {
    throw brokenRequest(shown, [{ path: [], line: undefined, text: 'its aliases lead nowhere, or multiply' }])
  }
  const checked = check(requestSchema, plain.data ?? {})
  if ('problems' in checked) {
    throw brokenRequest(
      shown,
      checked.problems.map((problem) => ({ ...problem, line: lineOf(problem.path) })),
    )
  }
  return { data: checked.output, folder: place === '-' ? cwd : dirname(resolve(cwd, place)) }
}

/** Where a content of a request file comes from. */
export function contentSource(data: ContentData, wantedFor: string, folder: string, sources: Sources): Source {
  if (typeof data === 'string') return () => Promise.resolve(Buffer.from(data))
  if ('base64' in data) return () => Promise.resolve(Buffer.from(data.base64, 'base64'))
  // Stdin belongs to the command line: a file that takes it away from there would surprise.
  return sources.of(data.file === '-' ? './-' : data.file, wantedFor, folder)
}

function brokenRequest(shown: string, problems: readonly Problem[]): UsageError {
  return new UsageError(`The request in ${shown} cannot be read`, {
    problems: problemLines(problems),
    advice: 'Correct it; nothing was sent.',
  })
}
