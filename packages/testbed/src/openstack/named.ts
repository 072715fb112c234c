import * as v from 'valibot'

/** What a service lists: a thing with an id and, in nearly every case, a name that the testbed knows it by. */
export interface Named {
  readonly id: string
  readonly name: string
}

const named: v.GenericSchema<unknown, Named> = v.object({ id: v.string(), name: v.string() })

/** The things under this key of an answer. */
export function listOf(answer: unknown, key: string): readonly Named[] {
  return listOfKind(answer, key, named)
}

/** The things under this key of an answer, checked against a schema of more fields. */
export function listOfKind<T>(answer: unknown, key: string, schema: v.GenericSchema<unknown, T>): readonly T[] {
  return v.parse(v.looseObject({ [key]: v.array(schema) }), answer)[key] ?? []
}

/** The one thing under this key of an answer. */
export function oneOf(answer: unknown, key: string): Named {
  return oneNamed(v.parse(v.looseObject({ [key]: v.unknown() }), answer)[key])
}

/** The one thing that is the whole answer. */
export function oneNamed(answer: unknown): Named {
  return v.parse(named, answer)
}

/** The id of the thing of this name: of one that is present, or else of one that is made now. */
export async function ensureNamed<Name extends string>(
  name: Name,
  present: readonly Named[],
  make: (name: Name) => Promise<Named>,
): Promise<string> {
  const known = present.find((one) => one.name === name)
  return (known ?? (await make(name))).id
}
