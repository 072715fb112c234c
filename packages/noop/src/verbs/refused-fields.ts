import type { BuildOrder } from '@amphora/core'

/** The fields of a request that a binding can be made to refuse. */
export const REFUSABLE = [
  'flavor',
  'imageId',
  'keys',
  'secGroups',
  'networkIds',
  'portIds',
  'configDriveFiles',
  'userData',
  'placementGroupId',
  'availabilityZone',
] as const

/** A field of a build request that a world can be told to refuse. */
export type RefusableField = (typeof REFUSABLE)[number]

/** One sentence for each field that the order has and this binding is set to refuse. */
export function refusedFields(order: BuildOrder, refuses: readonly RefusableField[]): readonly string[] {
  return refuses
    .filter((field) => isGiven(field === 'configDriveFiles' ? order.files : order[field]))
    .map((field) => `${field} is refused by the options of this binding; leave it out, or take it off "refuses"`)
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}
