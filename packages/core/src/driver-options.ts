import type { OptionsSchema } from './define-driver.ts'
import { InvalidRequestError } from './errors.ts'
import { withoutSecrets } from './foreign-error.ts'

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
  const result = resultOf(driver, schema, input)
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

function resultOf<Options, Input>(
  driver: string,
  schema: OptionsSchema<Options, Input>,
  input: unknown,
): StandardResult<Options> {
  let result: unknown
  try {
    result = schema['~standard'].validate(input)
  } catch (error) {
    const cause = withoutSecrets(error)
    throw new InvalidRequestError([`the options of driver "${driver}" cannot be checked: their schema throws`], {
      cause,
    })
  }
  if (isResult<Options>(result)) return result
  // A promise that nobody waits for would end the process if it rejects.
  Promise.resolve(result).catch(() => {})
  const found = typeof result === 'object' && result !== null && 'then' in result ? 'a promise' : 'something else'
  throw new InvalidRequestError([
    `the options schema of driver "${driver}" answers at once { value } or { issues }; found ${found}`,
  ])
}

function isResult<Options>(result: unknown): result is StandardResult<Options> {
  return typeof result === 'object' && result !== null && ('issues' in result || 'value' in result)
}

function pathOf(issue: Issue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? '' : `, ${keys.join('.')}`
}

/** Every text and number among the values, longest first, so that no part of one survives the removal of another. */
function textsIn(input: unknown): readonly string[] {
  const texts = new Set<string>()
  const seen = new Set<unknown>()
  const collect = (value: unknown): void => {
    if (typeof value === 'number' || typeof value === 'bigint') texts.add(String(value))
    if (typeof value === 'string' && value !== '') for (const form of formsOf(value)) texts.add(form)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return
    seen.add(value)
    for (const inner of Object.values(value)) collect(inner)
  }
  collect(input)
  return [...texts].sort((a, b) => b.length - a.length)
}

/** A text as it is, and as it stands between quotes. */
function formsOf(text: string): readonly string[] {
  return [text, JSON.stringify(text).slice(1, -1)]
}

function redacted(message: unknown, given: readonly string[]): string {
  return given.reduce(without, String(message))
}

/** Short ones are taken out where they stand alone, long ones also where a library has cut them off. */
function without(text: string, value: string): string {
  if (value.length < SHORT) {
    return text.replaceAll(value, (found, at: number) => (standsAlone(text, at, value) ? HIDDEN : found))
  }
  const start = value.slice(0, LEAST_PART)
  let left = ''
  let from = 0
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, from)) {
    left += text.slice(from, at) + HIDDEN
    from = at + start.length
    while (from - at < value.length && text[from] === value[from - at]) from += 1
  }
  return left + text.slice(from)
}

function standsAlone(text: string, at: number, value: string): boolean {
  const around = [text.charAt(at - 1), text.charAt(at + value.length)]
  return !around.some((character) => /\w/.test(character))
}

const HIDDEN = '[redacted]'
const SHORT = 4
/** The shortest beginning of a value that counts as one: `https://` is what two values may well have in common. */
const LEAST_PART = 9
