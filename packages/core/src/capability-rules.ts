import type { Capabilities } from './capabilities.ts'

const TYPES: readonly unknown[] = ['VM', 'Container', 'BareMetal', 'HWLoadBalancer']
const SWITCHES = [
  'image',
  'keys',
  'secGroups',
  'ports',
  'placementGroups',
  'availabilityZones',
  'attach',
  'watch',
] as const satisfies readonly (keyof Capabilities)[]
/** What every request may hold at most, whatever a driver could take. */
const MOST_NETWORKS = 8
const MOST_FILES = 5
const MOST_FILE_BYTES = 10_240

/**
 * Every rule that a declaration breaks. What is declared in a wrong shape, such as `userData: true`, would pass for
 * supported in one place and be left out in another. Capabilities that only a newer core knows are let through.
 */
export function* capabilityProblems(declared: unknown): Iterable<string> {
  const { types, flavor, suspend, networks, files, userData, ...others } = record(declared)
  if (!Array.isArray(types) || types.length === 0 || !types.every((type) => TYPES.includes(type))) {
    yield `capabilities.types names at least one of ${TYPES.join(', ')} and nothing else`
  }
  for (const name of SWITCHES) {
    if (!oneOf(others[name], [true])) yield `capabilities.${name} is true or left out`
  }
  if (!oneOf(flavor, ['named', 'sized', 'either'])) yield 'capabilities.flavor is named, sized, either, or left out'
  if (!oneOf(suspend, ['memory', 'disk'])) yield 'capabilities.suspend is memory, disk, or left out'
  yield* limits('networks', networks, { max: MOST_NETWORKS })
  yield* limits('files', files, { maxCount: MOST_FILES, maxBytes: MOST_FILE_BYTES })
  yield* limits('userData', userData, { maxBytes: Number.MAX_SAFE_INTEGER })
}

function oneOf(value: unknown, allowed: readonly unknown[]): boolean {
  return value === undefined || allowed.includes(value)
}

function* limits(name: string, value: unknown, most: Readonly<Record<string, number>>): Iterable<string> {
  if (value === undefined) return
  const given = record(value)
  for (const [limit, top] of Object.entries(most)) {
    const number = given[limit]
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 1 && number <= top) continue
    yield `capabilities.${name}.${limit} is a whole number from 1 to ${top}`
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
