import { isRecord } from '../toolkit/json.ts'

const SECRET_HEADERS = new Set(['x-auth-token', 'x-subject-token', 'cookie', 'set-cookie'])
const PLACEHOLDER = 'xxxxxxxxxxxx'
const SECRET_KEYS = new Set(['adminPass', 'password', 'secret', 'private_key'])

/** Headers without tokens; what stands for one begins like it. */
export function redactedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.has(name.toLowerCase()) ? placeholder(value) : value,
    ]),
  )
}

/**
 * A body without passwords and tokens; without tracebacks, of which the first line stays; and with long runs of the same
 * four letters written short.
 */
export function redactedBody(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => redactedBody(one))
  if (isRecord(value)) {
    const isToken = Array.isArray(value['methods']) && value['token'] !== undefined
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        isToken && name === 'token' && isRecord(one) ? { id: placeholder(String(one['id'])) } : redactedBody(one, name),
      ]),
    )
  }
  if (typeof value !== 'string') return value
  if (SECRET_KEYS.has(key)) return PLACEHOLDER
  if (key === 'details') return value.split('\n')[0]
  return value.replaceAll(/(.{4})\1{99,}/gs, (run, unit: string) => `<${unit} x ${run.length / unit.length}>`)
}

/** Fernet tokens begin alike. */
function placeholder(token: string): string {
  return token.startsWith('gAAAAAB') ? `gAAAAAB${PLACEHOLDER}` : PLACEHOLDER
}

/** The same value with some texts replaced by others, where they stand alone. */
export function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((one: unknown) => renamed(one, names))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, names)]))
}
