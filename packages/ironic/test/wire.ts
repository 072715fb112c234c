import type { Marks } from '../src/ownership.ts'
import { seenOn, type Sighting } from '../src/sighting.ts'
import type { WireAllocation, WireNode } from '../src/wire.ts'

export const ID = 'a10ca710-0000-4000-8000-000000000001'
const NODE = '16950b58-1ccf-4ec5-a32c-3293145b6907'

/** A node of ours as Ironic tells of it: active, on, idle. */
function wireNode(changes: Partial<WireNode> = {}, marks: Partial<Marks> | undefined = {}): WireNode {
  const own = {
    owner: 'amphora',
    name: 'web-1',
    created: '2026-11-27T16:25:41.732Z',
    networks: [],
    ports: [],
    ...marks,
  }
  return {
    uuid: NODE,
    name: 'node-1',
    instanceUuid: ID,
    provisionState: 'active',
    powerState: 'power on',
    targetPowerState: undefined,
    lastError: undefined,
    fault: undefined,
    maintenance: false,
    reservation: undefined,
    resourceClass: 'baremetal',
    traits: [],
    instanceInfo: { image_source: 'https://images.example/a.raw', [`amphora_${ID}`]: own },
    ...changes,
  }
}

export function wireAllocation(changes: Partial<WireAllocation> = {}): WireAllocation {
  return {
    uuid: ID,
    name: 'amphora-web-1',
    state: 'active',
    nodeUuid: NODE,
    lastError: undefined,
    createdMs: Date.parse('2026-11-27T16:25:41.732Z'),
    resourceClass: 'baremetal',
    traits: [],
    extra: { amphora: { owner: 'amphora', name: 'web-1', fingerprint: 'v1:one', networks: 0 } },
    ...changes,
  }
}

export function sighting(changes: Partial<WireNode> = {}, marks: Partial<Marks> = {}): Sighting {
  return seenOn(wireNode(changes, marks), ID)
}
