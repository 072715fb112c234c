import type { BuildRequest } from '../build-request.ts'
import type { Capabilities } from '../capabilities.ts'

/** Which capability stands behind which field. `name`, `type` and `driver` need none. */
const CAPABILITY_OF: Readonly<Record<GuardedField, keyof Capabilities>> = {
  flavor: 'flavor',
  imageId: 'image',
  keys: 'keys',
  secGroups: 'secGroups',
  networkIds: 'networks',
  portIds: 'ports',
  configDriveFiles: 'files',
  userData: 'userData',
  placementGroupId: 'placementGroups',
  availabilityZone: 'availabilityZones',
}

export type GuardedField = Exclude<keyof BuildRequest, 'name' | 'type'>

const FIELDS: readonly GuardedField[] = Object.keys(CAPABILITY_OF).filter(isGuarded)
const KNOWN: readonly string[] = ['name', 'type', 'driver', ...FIELDS]

/** The fields that ask for something and that the driver does not declare. */
export function undeclaredFields(request: BuildRequest, capabilities: Capabilities): readonly GuardedField[] {
  return FIELDS.filter((field) => asksForSomething(request[field]) && !isDeclared(field, request, capabilities))
}

/** What a driver does not support, in words: a flavor can be of the kind that this driver does not take. */
export function undeclaredWords(field: GuardedField, request: BuildRequest, capabilities: Capabilities): string {
  if (field !== 'flavor' || capabilities.flavor === undefined) return field
  return typeof request.flavor === 'string' ? 'flavor by name' : 'flavor by size'
}

/** Fields that nobody knows, such as a misspelt one. */
export function unknownFieldProblems(request: object): readonly string[] {
  return Object.keys(request)
    .filter((field) => !KNOWN.includes(field))
    .map((field) => `${JSON.stringify(field.slice(0, 40))} is no field of a build request (${KNOWN.join(', ')})`)
}

function isGuarded(field: string): field is GuardedField {
  return Object.hasOwn(CAPABILITY_OF, field)
}

function isDeclared(field: GuardedField, request: BuildRequest, capabilities: Capabilities): boolean {
  const declared = capabilities[CAPABILITY_OF[field]]
  if (field !== 'flavor' || declared === undefined || declared === 'either') return declared !== undefined
  if (typeof request.flavor === 'string') return declared === 'named'
  return declared === 'sized' || !isPlainObject(request.flavor)
}

function asksForSomething(value: unknown): boolean {
  if (value === undefined) return false
  if (Array.isArray(value)) return value.length > 0
  return !isPlainObject(value) || Object.keys(value).length > 0
}

/** A record, and not file-like content. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
