import type { JsonRecord } from '@amphora/fake-openstack'
import type { FakeAllocation } from './allocation.ts'
import type { FakeNode } from './node.ts'

/** Where a document leads. */
export function links(url: string, path: string): readonly JsonRecord[] {
  return [
    { href: `${url}/v1/${path}`, rel: 'self' },
    { href: `${url}/${path}`, rel: 'bookmark' },
  ]
}

/** `2026-11-23T16:28:04.622349+00:00`. */
export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('Z', '000+00:00')
}

/** Everything that Ironic tells of a node, as of API 1.82. */
export function nodeView(node: FakeNode, url: string): JsonRecord {
  const path = `nodes/${node.uuid}`
  const below = (what: string): readonly JsonRecord[] => links(url, `${path}/${what}`)
  return {
    uuid: node.uuid,
    created_at: instant(node.createdAt),
    updated_at: instant(node.updatedAt),
    automated_clean: null,
    bios_interface: 'fake',
    boot_interface: 'fake',
    boot_mode: null,
    clean_step: {},
    conductor_group: '',
    console_enabled: false,
    console_interface: 'fake',
    deploy_interface: node.deployInterface,
    deploy_step: {},
    description: null,
    driver: 'fake-hardware',
    driver_info: node.driverInfo,
    driver_internal_info: {},
    extra: node.extra,
    fault: node.fault,
    inspection_finished_at: null,
    inspection_started_at: null,
    inspect_interface: 'fake',
    instance_info: masked(node.instanceInfo),
    instance_uuid: node.instanceUuid,
    last_error: node.lastError,
    lessee: null,
    maintenance: node.maintenance,
    maintenance_reason: node.maintenanceReason,
    management_interface: 'fake',
    name: node.name,
    network_data: {},
    network_interface: node.networkInterface,
    owner: node.owner,
    power_interface: 'testbed',
    power_state: node.powerState,
    properties: node.properties,
    protected: node.isProtected,
    protected_reason: null,
    provision_state: node.provisionState,
    provision_updated_at: instant(node.provisionUpdatedAt),
    raid_config: {},
    raid_interface: 'fake',
    rescue_interface: 'fake',
    reservation: node.reservation,
    resource_class: node.resourceClass,
    retired: false,
    retired_reason: null,
    secure_boot: null,
    shard: null,
    storage_interface: 'noop',
    target_power_state: node.targetPowerState,
    target_provision_state: node.targetProvisionState,
    target_raid_config: {},
    traits: node.traits,
    vendor_interface: 'fake',
    links: links(url, path),
    conductor: 'ironic',
    allocation_uuid: node.allocationUuid,
    chassis_uuid: null,
    ports: below('ports'),
    states: below('states'),
    portgroups: below('portgroups'),
    volume: below('volume'),
  }
}

export function allocationView(allocation: FakeAllocation, url: string): JsonRecord {
  const { request } = allocation
  return {
    uuid: allocation.uuid,
    created_at: instant(allocation.createdAt),
    updated_at: instant(allocation.updatedAt),
    candidate_nodes: request.candidates,
    extra: request.extra,
    last_error: allocation.lastError,
    name: request.name,
    owner: request.owner,
    resource_class: request.resourceClass,
    state: allocation.state,
    traits: request.traits,
    links: links(url, `allocations/${allocation.uuid}`),
    node_uuid: allocation.nodeUuid,
  }
}

/** A config drive is never shown. */
function masked(info: JsonRecord): JsonRecord {
  return Object.hasOwn(info, 'configdrive') ? { ...info, configdrive: '******' } : info
}
