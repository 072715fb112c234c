import type { BuildOrder } from '@amphora/core'
import { fileProblems, imageProblems, portProblems, uuidProblems } from '@amphora/openstack'
import type { Settings } from './options.ts'

/** Every rule of this driver that an order breaks. Pure; core's own rules are behind it. */
export function orderProblems(order: BuildOrder, settings: Settings): readonly string[] {
  return [
    ...needed(order, settings),
    ...uuidProblems('networkIds', order.networkIds),
    ...uuidProblems('portIds', order.portIds),
    ...portProblems(order),
    ...fileProblems(order),
  ]
}

function* needed(order: BuildOrder, { images }: Settings): Iterable<string> {
  const { flavor, imageId = '' } = order
  if (typeof flavor !== 'string' || flavor.trim() === '') {
    yield 'flavor is needed: it is the resource class of a node, or a name in the option flavors'
  }
  yield* imageProblems(order, 'imageId is needed: a machine is written from an image')
  if (imageId.includes('://') && !Object.hasOwn(images, imageId)) {
    yield 'imageId must be a name in the option images, where the checksum of an address stands beside it, or an image of Glance'
  }
}

/** What these options cannot do, where the capabilities are only the upper bound. */
export function refusals({ networkIds }: BuildOrder, settings: Settings): readonly string[] {
  if (networkIds.length === 0 || hasNeutron(settings)) return []
  return ['networkIds is not supported by an Ironic without Neutron; endpointOverride.network would say where that is']
}

/** Whether there may be a Neutron: there is none beside an Ironic that stands alone, unless the options say where. */
export function hasNeutron({ auth, endpointOverride = {} }: Settings): boolean {
  const isAlone = auth?.type === 'none' || auth?.type === 'http_basic'
  return !isAlone || Object.hasOwn(endpointOverride, 'network')
}
