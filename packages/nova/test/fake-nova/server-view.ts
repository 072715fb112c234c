import type { JsonRecord } from '@amphora/fake-openstack'
import { addressesOf } from './addresses.ts'
import type { Call, Nova } from './call.ts'
import type { FakeInstance } from './instance.ts'

const WITH_PROGRESS = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'])
const WITH_FAULT = new Set(['ERROR', 'DELETED'])

/** `links` of anything. */
export function linksTo({ server }: Nova, path: string): readonly JsonRecord[] {
  return [
    { rel: 'self', href: `${server.url}/v2.1/${path}` },
    { rel: 'bookmark', href: `${server.url}/${path}` },
  ]
}

/** The `server` of `GET /servers/{id}`, or a row of `GET /servers/detail`. */
export function serverView(nova: Nova, call: Call, instance: FakeInstance, as: 'show' | 'row'): JsonRecord {
  const { version, identity } = call
  const { neutron } = nova.compute
  if (instance.cellIsDown && version >= 69) return partialView(nova, instance, as)
  const groups = groupsOf(nova, instance)
  const view: JsonRecord = {
    id: instance.id,
    name: instance.name,
    status: instance.status,
    tenant_id: instance.projectId,
    user_id: instance.order.userId,
    metadata: instance.exists ? instance.metadata : {},
    hostId: instance.hostId,
    image: imageView(nova, instance),
    flavor: flavorView(nova, instance, version),
    created: secondOf(instance.createdAt),
    updated: secondOf(instance.updatedAt),
    addresses: instance.exists ? addressesOf(neutron, neutron.portsOf(instance.id)) : instance.keptAddresses,
    accessIPv4: '',
    accessIPv6: '',
    links: linksTo(nova, `servers/${instance.id}`),
    'OS-DCF:diskConfig': 'MANUAL',
    ...(WITH_FAULT.has(instance.status) && instance.fault !== undefined
      ? { fault: faultView(instance.fault, identity.isAdmin) }
      : {}),
    ...(WITH_PROGRESS.has(instance.status) ? { progress: 0 } : {}),
    'OS-EXT-AZ:availability_zone': instance.host?.zone ?? instance.zone ?? 'nova',
    config_drive: instance.order.configDrive ? 'True' : '',
    key_name: instance.order.keyName,
    'OS-SRV-USG:launched_at': instant(instance.launchedAt),
    'OS-SRV-USG:terminated_at': instant(instance.deletedAt),
    ...(as === 'show' ? groups : {}),
    ...(identity.isAdmin ? adminView(instance, version) : {}),
    'OS-EXT-STS:task_state': instance.taskState,
    'OS-EXT-STS:vm_state': instance.vmState,
    'OS-EXT-STS:power_state': instance.powerState,
    'os-extended-volumes:volumes_attached': [],
    ...(version >= 16 && identity.isAdmin && as === 'show' ? { host_status: hostStatus(instance) } : {}),
    ...(version >= 9 ? { locked: instance.lockedBy !== undefined } : {}),
    ...(version >= 73 ? { locked_reason: instance.lockedReason } : {}),
    ...(version >= 19 ? { description: instance.description } : {}),
    ...(version >= 26 ? { tags: instance.exists ? [...instance.tags].sort() : [] } : {}),
    ...(version >= 63 ? { trusted_image_certificates: null } : {}),
    ...(version >= 90 && !identity.isAdmin ? { 'OS-EXT-SRV-ATTR:hostname': instance.order.hostname } : {}),
    ...(version >= 71 && as === 'show' ? { server_groups: groupIds(nova, instance) } : {}),
    ...(version >= 16 && identity.isAdmin && as === 'row' ? { host_status: hostStatus(instance) } : {}),
    ...(as === 'row' ? groups : {}),
  }
  return view
}

/** What is left of a record whose cell does not answer. */
function partialView(nova: Nova, instance: FakeInstance, as: 'show' | 'row'): JsonRecord {
  const { id, projectId, createdAt, order } = instance
  return {
    id,
    status: 'UNKNOWN',
    tenant_id: projectId,
    created: secondOf(createdAt),
    links: linksTo(nova, `servers/${id}`),
    ...(as === 'row'
      ? {}
      : {
          image: imageView(nova, instance),
          flavor: flavorView(nova, instance, 69),
          'OS-EXT-AZ:availability_zone': order.zone ?? 'UNKNOWN',
          'OS-EXT-STS:power_state': 0,
          user_id: order.userId,
          server_groups: groupIds(nova, instance),
        }),
  }
}

/** A row of `GET /servers`. */
export function shortView(nova: Nova, { id, name }: FakeInstance): JsonRecord {
  return { id, name, links: linksTo(nova, `servers/${id}`) }
}

function imageView({ server }: Nova, { order: { imageId } }: FakeInstance): JsonRecord {
  return { id: imageId, links: [{ rel: 'bookmark', href: `${server.url}/images/${imageId}` }] }
}

function flavorView({ server }: Nova, { order: { flavor } }: FakeInstance, version: number): JsonRecord {
  const { id, name, vcpus, ram, disk, extraSpecs } = flavor
  if (version < 47) return { id, links: [{ rel: 'bookmark', href: `${server.url}/flavors/${id}` }] }
  return { vcpus, ram, disk, ephemeral: 0, swap: 0, original_name: name, extra_specs: extraSpecs }
}

/** The names of the groups of its ports; no key where it has no ports. */
function groupsOf({ compute }: Nova, instance: FakeInstance): JsonRecord {
  const ids = new Set(compute.neutron.portsOf(instance.id).flatMap(({ settings }) => settings.securityGroups))
  const known = compute.neutron.securityGroups(instance.projectId).filter(({ id }) => ids.has(id))
  return known.length === 0 ? {} : { security_groups: known.map(({ name }) => ({ name })) }
}

function groupIds({ compute }: Nova, { id }: FakeInstance): readonly string[] {
  return [...compute.groups.values()].filter(({ members }) => members.has(id)).map((group) => group.id)
}

function faultView({ code, createdAt, message }: NonNullable<FakeInstance['fault']>, forAdmin: boolean): JsonRecord {
  const details = 'Traceback (most recent call last):\n  File "manager.py", line 1, in build\n'
  return { code, created: secondOf(createdAt), message, ...(forAdmin ? { details } : {}) }
}

function adminView({ number, host, order }: FakeInstance, version: number): JsonRecord {
  return {
    'OS-EXT-SRV-ATTR:host': host?.name ?? null,
    'OS-EXT-SRV-ATTR:instance_name': `instance-${number.toString(16).padStart(8, '0')}`,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': host?.name ?? null,
    ...(version >= 3
      ? {
          'OS-EXT-SRV-ATTR:reservation_id': order.reservationId,
          'OS-EXT-SRV-ATTR:launch_index': 0,
          'OS-EXT-SRV-ATTR:hostname': order.hostname,
          'OS-EXT-SRV-ATTR:kernel_id': '',
          'OS-EXT-SRV-ATTR:ramdisk_id': '',
          'OS-EXT-SRV-ATTR:root_device_name': host === undefined ? null : '/dev/sda',
          'OS-EXT-SRV-ATTR:user_data': order.userDataText ?? null,
        }
      : {}),
  }
}

function hostStatus({ host, exists }: FakeInstance): string {
  return host !== undefined && exists ? 'UP' : ''
}

function secondOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Without a zone, to the microsecond. */
export function instant(ms: number): string
export function instant(ms: number | undefined): string | null
export function instant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString().replace('Z', '000')
}
