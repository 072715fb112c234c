import { isRecord } from './json.ts'
import { pythonText } from './python-text.ts'

/** The part of JSON Schema, draft 4, that OpenStack's request schemas use. Keys are looked at in the order they have. */
export interface Schema {
  readonly type?: JsonType | readonly JsonType[]
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
}

type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'array'

/** The first thing that is wrong, in the words of Python's jsonschema 4. */
export interface Violation {
  /** The innermost key or index; `undefined`: the value itself. */
  readonly key: string | undefined
  readonly value: unknown
  readonly message: string
}

/** `undefined`: nothing is wrong. */
export function violation(value: unknown, schema: Schema, key?: string): Violation | undefined {
  for (const rule of Object.keys(schema)) {
    const found = checks[rule]?.(value, schema, key)
    if (found !== undefined) return found
  }
  return undefined
}

type Check = (value: unknown, schema: Schema, key: string | undefined) => Violation | undefined

const checks: Readonly<Record<string, Check>> = {
  type: (value, { type }, key) => {
    const types = [type ?? []].flat()
    const names = types.map((one) => `'${one}'`).join(', ')
    return fail(!types.some((one) => isOfType(value, one)), key, value, `is not of type ${names}`)
  },
  enum: (value, { enum: all = [] }, key) => fail(!all.includes(value), key, value, `is not one of ${pythonText(all)}`),
  oneOf: (value, { oneOf = [] }, key) => {
    const fits = oneOf.some((one) => violation(value, one) === undefined)
    return fail(!fits, key, value, 'is not valid under any of the given schemas')
  },
  minLength: (value, { minLength = 0 }, key) =>
    fail(typeof value === 'string' && lengthOf(value) < minLength, key, value, 'is too short'),
  maxLength: (value, { maxLength = Infinity }, key) =>
    fail(typeof value === 'string' && lengthOf(value) > maxLength, key, value, 'is too long'),
  pattern: (value, { pattern = '' }, key) =>
    fail(
      typeof value === 'string' && !new RegExp(pattern, 'u').test(value),
      key,
      value,
      `does not match ${pythonText(pattern)}`,
    ),
  format: (value, { format = '' }, key) => {
    if (typeof value !== 'string' || formats[format]?.(value) !== false) return undefined
    if (format !== 'name') return fail(true, key, value, `is not a '${format}'`)
    return { key: undefined, value, message: INVALID_NAME }
  },
  minimum: (value, { minimum = -Infinity }, key) =>
    fail(
      (typeof value === 'number' || typeof value === 'string') && Number(value) < minimum,
      key,
      value,
      `is less than the minimum of ${minimum}`,
    ),
  items: (value, { items }, _key) => {
    if (!Array.isArray(value) || items === undefined) return undefined
    return first(value.map((one: unknown, index) => violation(one, items, String(index))))
  },
  minItems: (value, { minItems = 0 }, key) =>
    fail(Array.isArray(value) && value.length < minItems, key, value, 'is too short'),
  maxItems: (value, { maxItems = Infinity }, key) =>
    fail(Array.isArray(value) && value.length > maxItems, key, value, 'is too long'),
  properties: (value, { properties = {} }) => {
    if (!isRecord(value)) return undefined
    const present = Object.entries(properties).filter(([name]) => Object.hasOwn(value, name))
    return first(present.map(([name, one]) => violation(value[name], one, name)))
  },
  patternProperties: (value, { patternProperties = {} }) => {
    if (!isRecord(value)) return undefined
    const pairs = Object.entries(patternProperties).flatMap(([pattern, one]) =>
      Object.keys(value)
        .filter((name) => new RegExp(pattern, 'u').test(name))
        .map((name) => [name, one] as const),
    )
    return first(pairs.map(([name, one]) => violation(value[name], one, name)))
  },
  required: (value, { required = [] }, key) => {
    const missing = isRecord(value) ? required.find((name) => !Object.hasOwn(value, name)) : undefined
    return missing === undefined ? undefined : { key, value, message: `'${missing}' is a required property` }
  },
  additionalProperties: (value, { properties = {}, patternProperties, additionalProperties }, key) => {
    if (!isRecord(value) || additionalProperties !== false) return undefined
    const patterns = Object.keys(patternProperties ?? {})
    const extra = Object.keys(value).filter(
      (name) => !Object.hasOwn(properties, name) && !patterns.some((pattern) => new RegExp(pattern, 'u').test(name)),
    )
    if (extra.length === 0) return undefined
    const names = extra.map((name) => `'${name}'`).join(', ')
    const one = extra.length === 1
    const message =
      patterns.length > 0
        ? `${names} ${one ? 'does' : 'do'} not match any of the regexes: ${patterns.map(pythonText).join(', ')}`
        : `Additional properties are not allowed (${names} ${one ? 'was' : 'were'} unexpected)`
    return { key, value, message }
  },
}

/** Nova's own words in place of the validator's. */
const INVALID_NAME =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace."

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text),
  name: (text) => text === text.trim() && !/\p{C}/u.test(text),
  base64: isBase64,
  'date-time': (text) => /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text),
  regex: (text) => {
    if (text === '') return false
    try {
      return new RegExp(text) instanceof RegExp
    } catch {
      return false
    }
  },
}

/** As Python's `b64decode` has it: what is no letter of the alphabet is passed over, the padding must be right. */
function isBase64(text: string): boolean {
  const [, data = '', padding = ''] = /^([A-Za-z0-9+/]*)(=*)/.exec(text.replaceAll(/[^A-Za-z0-9+/=]/g, '')) ?? []
  const over = data.length % 4
  return over === 0 || (over > 1 && padding.length >= 4 - over)
}

function fail(isWrong: boolean, key: string | undefined, value: unknown, message: string): Violation | undefined {
  return isWrong ? { key, value, message: `${pythonText(value)} ${message}` } : undefined
}

function first(found: readonly (Violation | undefined)[]): Violation | undefined {
  return found.find((one) => one !== undefined)
}

/** Python counts code points. */
function lengthOf(text: string): number {
  return Array.from(text).length
}

function isOfType(value: unknown, type: JsonType): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isRecord(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}
