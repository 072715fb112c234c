import { own, recordOf, textOf } from '@amphora/http'
import { fixedIps, textsOf, uuidAt } from '@amphora/openstack'
import type { WireAllocation, WireNode, WirePort, WireValidation } from './wire.ts'

/** `undefined` where this is no node: whatever else is missing, the uuid is there. */
export function readNode(json: unknown): WireNode | undefined {
  const uuid = uuidAt(json, 'uuid')
  if (uuid === undefined) return undefined
  return {
    uuid,
    name: textOf(own(json, 'name')),
    instanceUuid: textOf(own(json, 'instance_uuid')),
    provisionState: textOf(own(json, 'provision_state')),
    powerState: textOf(own(json, 'power_state')),
    targetPowerState: textOf(own(json, 'target_power_state')),
    lastError: textOf(own(json, 'last_error')),
    fault: textOf(own(json, 'fault')),
    maintenance: own(json, 'maintenance') === true,
    reservation: textOf(own(json, 'reservation')),
    resourceClass: textOf(own(json, 'resource_class')),
    traits: textsOf(own(json, 'traits')),
    instanceInfo: recordOf(own(json, 'instance_info')) ?? {},
  }
}

export function readAllocation(json: unknown): WireAllocation | undefined {
  const uuid = uuidAt(json, 'uuid')
  if (uuid === undefined) return undefined
  const created = Date.parse(textOf(own(json, 'created_at')) ?? '')
  return {
    uuid,
    name: textOf(own(json, 'name')),
    state: textOf(own(json, 'state')),
    nodeUuid: uuidAt(json, 'node_uuid'),
    lastError: textOf(own(json, 'last_error')),
    createdMs: Number.isNaN(created) ? undefined : created,
    resourceClass: textOf(own(json, 'resource_class')),
    traits: textsOf(own(json, 'traits')),
    extra: recordOf(own(json, 'extra')) ?? {},
  }
}

/** Whatever is not said to be unfit is fit: interfaces that a driver does not have have no result. Power every driver has. */
export function readValidation(json: unknown): readonly WireValidation[] | undefined {
  const record = recordOf(json)
  if (record === undefined || typeof own(own(record, 'power'), 'result') !== 'boolean') return undefined
  return Object.entries(record).map(([name, one]) => ({
    name,
    result: own(one, 'result') !== false,
    reason: textOf(own(one, 'reason')),
  }))
}

export function readPort(json: unknown): WirePort | undefined {
  const id = uuidAt(json, 'id')
  if (id === undefined) return undefined
  return {
    id,
    name: textOf(own(json, 'name')),
    description: textOf(own(json, 'description')),
    networkId: textOf(own(json, 'network_id')),
    mac: textOf(own(json, 'mac_address')),
    ips: fixedIps(json),
  }
}
