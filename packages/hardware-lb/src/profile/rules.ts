import type { HardwareCapabilities } from './capabilities.ts'
import type { Guest } from './guest.ts'
import type { ApplianceProfile } from './profile.ts'

const KNOWN = ['types', 'flavor', 'image', 'networks', 'suspend', 'availabilityZones', 'placementGroups', 'watch']

/** Every rule that a profile breaks before anything is asked of it. */
export function* profileProblems<C extends HardwareCapabilities, Settings, G extends Guest>({
  capabilities,
  ownership,
  isSameOrder,
  dimensions,
}: ApplianceProfile<C, Settings, G>): Iterable<string> {
  const { types, flavor, placementGroups } = capabilities
  if (types.length !== 1 || types[0] !== 'HWLoadBalancer') yield 'capabilities.types is ["HWLoadBalancer"]'
  const strange = Object.keys(capabilities).filter((one) => !KNOWN.includes(one))
  if (strange.length > 0) yield `no appliance takes ${strange.join(', ')}; capabilities has ${KNOWN.join(', ')}`
  if ((flavor === undefined) !== (dimensions.length === 0)) yield 'flavor and dimensions belong together'
  if (ownership === 'name' && isSameOrder === undefined) yield 'isSameOrder is owed where the name is the mark'
  if (ownership === 'mark' && isSameOrder !== undefined) yield 'isSameOrder has no meaning where there is a mark'
  if (ownership === 'name' && placementGroups !== undefined) yield 'placementGroups need a mark, which tells the group'
}
