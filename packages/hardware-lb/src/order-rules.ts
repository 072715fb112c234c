import type { BuildOrder } from '@amphora/core'
import type { ApplianceSettings, HardwareSettings } from './inventory/settings.ts'
import type { Ownership } from './ownership.ts'
import { readGroupId } from './placement/group.ts'
import type { Dimension, GuestSize } from './profile/capabilities.ts'

export interface OrderRules<Settings> {
  readonly profile: {
    readonly naming: { readonly maxLength: number; readonly pattern: RegExp }
    readonly dimensions: readonly Dimension[]
  }
  readonly ownership: Ownership
  readonly settings: HardwareSettings<Settings>
}

/** Every rule that an order breaks wherever it would be built. Pure. */
export function orderProblems<Settings>(order: BuildOrder, rules: OrderRules<Settings>): readonly string[] {
  return [
    ...nameProblems(order, rules),
    ...flavorProblems(order, rules),
    ...zoneProblems(order, rules),
    ...groupProblems(order),
  ]
}

/** Every rule that an order breaks on one appliance alone. Pure. */
export function siteProblems(
  { imageId, networkIds }: BuildOrder,
  { images, networks }: Pick<ApplianceSettings, 'images' | 'networks'>,
): readonly string[] {
  const isUnknown = imageId !== undefined && !Object.hasOwn(images, imageId)
  return [
    ...(isUnknown ? [`imageId ${shown(imageId)} is none of the images of the inventory`] : []),
    ...networkIds
      .filter((network) => !Object.hasOwn(networks, network))
      .map((network) => `network ${shown(network)} is none of the networks of the inventory`),
  ]
}

/** The size that a flavor stands for; nothing set where there is none. */
export function sizeOf(
  { flavor }: Pick<BuildOrder, 'flavor'>,
  flavors: Readonly<Record<string, GuestSize>>,
): GuestSize {
  return typeof flavor === 'string' && Object.hasOwn(flavors, flavor) ? (flavors[flavor] ?? {}) : {}
}

function* nameProblems<Settings>(
  { name }: BuildOrder,
  { profile: { naming }, ownership }: OrderRules<Settings>,
): Iterable<string> {
  const guestName = ownership.guestName(name)
  const { maxLength, pattern } = naming
  if (guestName.length > maxLength) {
    yield `the name on the box, ${shown(guestName)}, has at most ${maxLength} characters; found ${guestName.length}`
  }
  if (!new RegExp(`^(?:${pattern.source})$`).test(guestName)) {
    yield `the name on the box, ${shown(guestName)}, matches ${String(pattern)}`
  }
}

function* flavorProblems<Settings>(
  { flavor }: BuildOrder,
  { profile: { dimensions }, settings: { flavors } }: OrderRules<Settings>,
): Iterable<string> {
  if (typeof flavor !== 'string') return
  if (!Object.hasOwn(flavors, flavor)) {
    const known = Object.keys(flavors).join(', ') || 'none'
    yield `flavor ${shown(flavor)} is none of the flavors of the inventory (there: ${known})`
  }
  const strange = Object.keys(sizeOf({ flavor }, flavors)).filter((one) => !dimensions.some((known) => known === one))
  if (strange.length > 0) yield `flavor ${shown(flavor)} sets ${strange.join(', ')}, which this kind of box cannot`
}

function* zoneProblems<Settings>(
  { availabilityZone: zone }: BuildOrder,
  { settings: { entries } }: OrderRules<Settings>,
): Iterable<string> {
  const domains = new Set(entries.map(({ appliance: { domain } }) => domain))
  if (zone === undefined || domains.has(zone)) return
  yield `availabilityZone ${shown(zone)} is none of the domains of the inventory (there: ${[...domains].join(', ')})`
}

function* groupProblems({ placementGroupId: group }: BuildOrder): Iterable<string> {
  if (group !== undefined && readGroupId(group) === undefined) yield `placementGroupId ${shown(group)} is none of ours`
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
