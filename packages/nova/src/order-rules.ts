import type { BuildOrder } from '@amphora/core'
import { fileProblems, imageProblems, portProblems, UUID, uuidProblems } from '@amphora/openstack'
import type { Settings } from './options.ts'

/** Every rule of this driver that an order breaks. Pure; core's own rules are behind it. */
export function orderProblems(order: BuildOrder, settings: Pick<Settings, 'emptyNetworks'>): readonly string[] {
  return [
    ...needed(order, settings),
    ...uuidProblems('networkIds', order.networkIds),
    ...uuidProblems('portIds', order.portIds),
    ...groupProblems(order),
    ...portProblems(order),
    ...fileProblems(order),
  ]
}

function* needed(order: BuildOrder, { emptyNetworks }: Pick<Settings, 'emptyNetworks'>): Iterable<string> {
  const { flavor, networkIds, portIds } = order
  if (flavor === undefined) yield 'flavor is needed: Nova makes no server without one'
  yield* imageProblems(order, 'imageId is needed: a server is made of an image')
  if (networkIds.length + portIds.length === 0 && emptyNetworks === undefined) {
    yield 'networkIds or portIds must name one at least; or the option emptyNetworks says what none means ("none", "auto")'
  }
}

function* groupProblems({ placementGroupId }: BuildOrder): Iterable<string> {
  if (placementGroupId === undefined || UUID.test(placementGroupId)) return
  yield `placementGroupId must be a UUID, as createPlacementGroup gave it; found ${JSON.stringify(placementGroupId.slice(0, 80))}`
}
