import type { BuildOrder } from '@amphora/core'

export const IMAGE = 'ef5703fd-709c-4377-beb0-fc58b90cd596'
export const NETWORK = '50bb70ba-d1d7-4b93-87b9-c59413e7096e'
export const NETWORK2 = '6433b39e-d350-44b8-8925-3bf977e6bb9a'
export const NOSUCH = '11111111-1111-4111-8111-111111111111'

/** An order as core makes it: complete, frozen, checked. */
export function testOrder(changes: Partial<BuildOrder> = {}): BuildOrder {
  return Object.freeze({
    name: 'web-1',
    nameIsFresh: false,
    fingerprint: 'v1:one',
    type: 'BareMetal',
    flavor: 'baremetal',
    imageId: IMAGE,
    keys: [],
    secGroups: [],
    networkIds: [],
    portIds: [],
    files: [],
    userData: undefined,
    placementGroupId: undefined,
    availabilityZone: undefined,
    ...changes,
  })
}
