import type { BuildOrder } from '@amphora/core'
import type { WireServer } from '../src/wire.ts'

export const FLAVOR = '4cf69ede-aa6c-4249-8d8d-9be7c5b40616'
export const IMAGE = 'ef5703fd-709c-4377-beb0-fc58b90cd596'
export const NETWORK = '50bb70ba-d1d7-4b93-87b9-c59413e7096e'

/** An order as core makes it. */
export function order(changes: Partial<BuildOrder> = {}): BuildOrder {
  return {
    name: 'web-1',
    nameIsFresh: false,
    fingerprint: 'v1:one',
    type: 'VM',
    flavor: FLAVOR,
    imageId: IMAGE,
    keys: [],
    secGroups: [],
    networkIds: [NETWORK],
    portIds: [],
    files: [],
    userData: undefined,
    placementGroupId: undefined,
    availabilityZone: undefined,
    ...changes,
  }
}

/** A server of ours as Nova tells of it. */
export function server(changes: Partial<WireServer> = {}): WireServer {
  return {
    id: '15d64a1f-dc66-4ee0-8a05-817616211f62',
    name: 'web-1',
    status: 'ACTIVE',
    taskState: undefined,
    vmState: 'active',
    powerState: 1,
    created: '2026-01-01T00:00:00Z',
    metadata: { amphora_owner: 'amphora', amphora_name: 'web-1', amphora_fingerprint: 'v1:one' },
    description: 'amphora amphora',
    flavor: 'm1.tiny',
    imageId: IMAGE,
    zone: 'nova',
    addresses: {},
    fault: undefined,
    locked: false,
    ...changes,
  }
}
