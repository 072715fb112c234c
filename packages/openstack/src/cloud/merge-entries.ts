import { recordOf } from '@amphora/http'

/** A mapping as YAML gives it. */
export type Mapping = Readonly<Record<string, unknown>>

/** `secure.yaml` over `clouds.yaml`: mappings are merged at every depth (openstacksdk, `_util.merge_clouds`). */
export function mergeDeep(lower: Mapping, upper: Mapping): Mapping {
  return merged(lower, upper, (key, value) => {
    const below = recordOf(ownOf(lower, key))
    const above = recordOf(value)
    return below !== undefined && above !== undefined ? mergeDeep(below, above) : value
  })
}

/** An entry over its profile, a region's values over their entry: only `auth` is merged (openstacksdk, `_auth_update`). */
export function mergeEntry(lower: Mapping, upper: Mapping): Mapping {
  return merged(lower, upper, (key, value) => {
    const below = key === 'auth' ? recordOf(ownOf(lower, key)) : undefined
    const above = recordOf(value)
    return below !== undefined && above !== undefined ? merged(below, above, (_key, one) => one) : value
  })
}

function merged(lower: Mapping, upper: Mapping, valueOf: (key: string, value: unknown) => unknown): Mapping {
  // A file may hold a key that means something else to an ordinary object.
  const result: Record<string, unknown> = Object.assign(Object.create(null), lower)
  for (const [key, value] of Object.entries(upper)) result[key] = valueOf(key, value)
  return result
}

function ownOf(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}
