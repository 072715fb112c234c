import type { InstanceSpec } from './instance.ts'
import { DEFAULT_NETWORK } from './networks.ts'
import type { RefusalWord } from './refusal.ts'

/** What there is to choose from. Where a list is left out, everything is known. */
export interface Known {
  readonly images?: readonly string[] | undefined
  readonly flavors?: readonly string[] | undefined
  readonly zones?: readonly string[] | undefined
  readonly networks?: readonly string[] | undefined
  readonly secGroups?: readonly string[] | undefined
}

/** Something named that does not exist. */
export interface Unknown {
  readonly word: RefusalWord
  readonly what: string
}

/** Everything that this order names and that does not exist. A flavor given as a size always fits. */
export function* unknownsOf(spec: InstanceSpec, known: Known): Iterable<Unknown> {
  if (isUnknown(known.images, spec.imageId)) yield { word: 'unknown-image', what: `image ${spec.imageId}` }
  if (typeof spec.flavor === 'string' && isUnknown(known.flavors, spec.flavor)) {
    yield { word: 'unknown-flavor', what: `flavor ${spec.flavor}` }
  }
  if (isUnknown(known.zones, spec.availabilityZone)) {
    yield { word: 'unknown-zone', what: `availability zone ${spec.availabilityZone}` }
  }
  for (const id of spec.networkIds) {
    if (isUnknownNetwork(known, id)) yield { word: 'unknown-network', what: `network ${id}` }
  }
  for (const name of spec.secGroups) {
    if (isUnknown(known.secGroups, name)) yield { word: 'unknown-security-group', what: `security group ${name}` }
  }
}

export function isUnknownNetwork(known: Known, id: string): boolean {
  return id !== DEFAULT_NETWORK && isUnknown(known.networks, id)
}

function isUnknown(list: readonly string[] | undefined, value: string | undefined): value is string {
  return list !== undefined && value !== undefined && !list.includes(value)
}
