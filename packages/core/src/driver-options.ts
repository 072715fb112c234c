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
  const standing = standingTexts(driver, schema, input, given)
  const told = (issue: Issue): string => {
    const place = pathOf(issue)
    const text = String(issue.message)
    return `${place}: ${standing.has(`${place}: ${text}`) ? text : redacted(text, given)}`
  }
  throw new InvalidRequestError(result.issues.map((issue) => `options of driver "${driver}"${told(issue)}`))
}

/** What is said of other values in the same places, too: it quotes none of these. */
function standingTexts<Options, Input>(
  driver: string,
  schema: OptionsSchema<Options, Input>,
  input: unknown,
  given: readonly string[],
): ReadonlySet<string> {
  try {
    const others = masked(input, new Map())
    const { issues = [] } = resultOf(driver, schema, others)
    const texts = new Set(textsIn(others))
    const unchanged = given.filter((text) => texts.has(text))
    const quoteless = issues.filter(({ message }) => redacted(message, unchanged) === String(message))
    return new Set(quoteless.map((issue) => `${pathOf(issue)}: ${String(issue.message)}`))
  } catch {
    return new Set()
  }
}

/** The same with other texts of the same form and other numbers of the same sign; what is more than data stays. */
function masked(value: unknown, known: Map<unknown, unknown>): unknown {
  if (typeof value === 'string') return value.replaceAll(/[a-z0-9]/gi, shifted)
  if (typeof value === 'number') return value > 0 ? value + 1 : value - 1
  if (typeof value === 'bigint') return value > 0n ? value + 1n : value - 1n
  if (!isData(value)) return value
  if (known.has(value)) return known.get(value)
  const copy: object = Array.isArray(value) ? [] : {}
  known.set(value, copy)
  for (const [key, inner] of Object.entries(value)) {
    const other = masked(inner, known)
    Object.defineProperty(copy, key, { value: other, enumerable: true, writable: true, configurable: true })
  }
  return copy
}

function isData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

/** The letter or digit half a round further. */
function shifted(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 58) return String((code - 48 + 5) % 10)
  const first = code < 91 ? 65 : 97
  return String.fromCharCode(first + ((code - first + 13) % 26))
}

/** https://standardschema.dev: a failure has `issues`, a success has none. */
type StandardResult<Options> =
  | { readonly issues: readonly Issue[] }
  | { readonly issues?: undefined; readonly value: Options }
interface Issue {
  /** A text, by the standard. */
  readonly message: unknown
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
  // A document may well begin with a word of the rules: `appliances:`.
  const start = value.slice(0, Math.max(LEAST_PART, value.search(/\n|\\n/)))
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
