import type { OptionsSchema } from './define-driver.ts'
import { InvalidRequestError } from './errors.ts'

/**
 * The options as the schema makes them.
 *
 * @throws {InvalidRequestError} naming every problem at once. Schema libraries quote what they found, and any of it may
 * be a secret, so whatever was given is taken out of their texts.
 */
export function parseOptions<Options, Input>(
  driver: string,
  schema: OptionsSchema<Options, Input>,
  input: unknown,
): Options {
  const result = schema['~standard'].validate(input) as StandardResult<Options>
  if (result instanceof Promise) {
    throw new InvalidRequestError([`the options schema of driver "${driver}" validates asynchronously; it must not`])
  }
  if (result.issues === undefined) return result.value
  const given = textsIn(input)
  throw new InvalidRequestError(
    result.issues.map((issue) => `options of driver "${driver}"${pathOf(issue)}: ${redacted(issue.message, given)}`),
  )
}

/** https://standardschema.dev: a failure has `issues`, a success has none. */
type StandardResult<Options> =
  | { readonly issues: readonly Issue[] }
  | { readonly issues?: undefined; readonly value: Options }
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

function pathOf(issue: Issue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? '' : `, ${keys.join('.')}`
}

/** Every text and number among the values, longest first, so that no part of one survives the removal of another. */
function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (typeof value !== 'object' || value === null || depth > 16) return []
  return Object.values(value)
    .flatMap((inner) => textsIn(inner, depth + 1))
    .sort((a, b) => b.length - a.length)
}

function redacted(message: string, given: readonly string[]): string {
  return given.reduce((text, value) => {
    const quoted = text.replaceAll(JSON.stringify(value), '[redacted]')
    return value.length < 4 ? quoted : quoted.replaceAll(value, '[redacted]')
  }, message)
}
