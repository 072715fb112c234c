import { isUtf8 } from 'node:buffer'

const DEEPEST = 64

/** What a body holds, or why it cannot be read: `undefined` where it holds nothing at all. */
export type Parsed = { readonly value: unknown } | { readonly problem: string }

/**
 * JSON as it comes from somebody else: UTF-8, nested no deeper than 64, and without a key named `__proto__`, which is
 * dropped. Anything else is a problem, in words that quote nothing of it.
 */
export function parseJson(body: Buffer): Parsed {
  if (body.length === 0) return NOTHING
  if (!isUtf8(body)) return NOT_JSON
  const text = body.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return NOT_JSON
  }
  if (typeof value !== 'object' || value === null) return { value }
  // A key can also be spelled with escapes, which are rare enough to look at every one.
  const suspect = text.includes('__proto__') || text.includes('\\u00')
  return isShallow(value, suspect, DEEPEST) ? { value } : TOO_DEEP
}

const NOTHING: Parsed = Object.freeze({ value: undefined })
const NOT_JSON: Parsed = Object.freeze({ problem: 'something that is not JSON' })
const TOO_DEEP: Parsed = Object.freeze({ problem: `JSON that is nested deeper than ${DEEPEST}` })

function isShallow(node: object, suspect: boolean, left: number): boolean {
  if (left === 0) return false
  if (Array.isArray(node)) {
    for (const item of node as readonly unknown[]) {
      if (typeof item === 'object' && item !== null && !isShallow(item, suspect, left - 1)) return false
    }
    return true
  }
  if (suspect && Object.hasOwn(node, '__proto__')) Reflect.deleteProperty(node, '__proto__')
  for (const item of Object.values(node) as readonly unknown[]) {
    if (typeof item === 'object' && item !== null && !isShallow(item, suspect, left - 1)) return false
  }
  return true
}
