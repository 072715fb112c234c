import * as v from 'valibot'
import type { Problem, ProblemPath } from './problem.ts'

/** The output, or everything that is wrong, each with its place. */
export type Checked<T> = { readonly output: T } | { readonly problems: readonly Omit<Problem, 'line'>[] }

/** Messages are the schema's own words; valibot's would quote what was found. */
export function check<Schema extends v.GenericSchema>(schema: Schema, data: unknown): Checked<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, data)
  if (result.success) return { output: result.output }
  return { problems: result.issues.map((issue) => ({ path: pathOf(issue), text: issue.message })) }
}

function pathOf(issue: v.BaseIssue<unknown>): ProblemPath {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
}

/** For mappings: said of the mapping itself, and of a member that it lacks. */
export function mapping(what: string): (issue: v.BaseIssue<unknown>) => string {
  return (issue) => (issue.received === 'undefined' ? 'is missing' : `is ${what}`)
}

/** A mapping with these members and no others; every stranger is named, where a strict one names the first only. */
export function closed<Entries extends v.ObjectEntries>(
  entries: Entries,
  what: string,
): v.ObjectWithRestSchema<Entries, v.NeverSchema<string>, (issue: v.BaseIssue<unknown>) => string> {
  return v.objectWithRest(entries, v.never('is not known here'), mapping(what))
}
