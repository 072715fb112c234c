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

const KNOWN: readonly string[] = ['name', 'type', 'driver', ...Object.keys(CAPABILITY_OF)]

/** The fields that ask for something and that the driver does not declare. */
export function undeclaredFields(request: BuildRequest, capabilities: Capabilities): readonly GuardedField[] {
  const fields = Object.keys(CAPABILITY_OF) as GuardedField[]
  return fields.filter((field) => asksForSomething(request[field]) && !isDeclared(field, request, capabilities))
}

/** Fields that nobody knows, such as a misspelt one. */
export function unknownFieldProblems(request: object): readonly string[] {
  return Object.keys(request)
    .filter((field) => !KNOWN.includes(field))
    .map((field) => `${JSON.stringify(field.slice(0, 40))} is no field of a build request (${KNOWN.join(', ')})`)
}

function isDeclared(field: GuardedField, request: BuildRequest, capabilities: Capabilities): boolean {
  const declared = capabilities[CAPABILITY_OF[field]]
  if (field !== 'flavor' || declared === undefined || declared === 'either') return declared !== undefined
  return declared === (typeof request.flavor === 'string' ? 'named' : 'sized')
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
