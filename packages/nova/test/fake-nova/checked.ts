import { pythonText, violation, type Schema } from '@amphora/fake-openstack'
import { refuse } from './refuse.ts'

/** Refuses a body in the words of Nova's validator, which repeat what is wrong. */
export function demandSchema(body: unknown, schema: Schema): void {
  const found = violation(body, schema)
  if (found === undefined) return
  const { key, value, message } = found
  if (key === undefined) throw refuse(400, message)
  throw refuse(400, `Invalid input for field/attribute ${key}. Value: ${plain(value)}. ${message}`)
}

/** The same for a query, whose values are lists. */
export function demandQuery(query: URLSearchParams, schema: Schema): void {
  const values = Object.fromEntries([...new Set(query.keys())].map((key) => [key, query.getAll(key)]))
  const unknown = violation(values, { ...schema, properties: schema.properties ?? {} })
  if (unknown === undefined) return
  if (unknown.key === undefined) throw refuse(400, unknown.message)
  const [key = ''] = Object.entries(values).find(([, all]) => all.some((one) => one === unknown.value)) ?? []
  throw refuse(400, `Invalid input for query parameters ${key}. Value: ${plain(unknown.value)}. ${unknown.message}`)
}

/** As `%s` writes it: text bare, the rest as `repr` does. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value : pythonText(value)
}
