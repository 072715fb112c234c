import { at, isRecord, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, on, type Call, type Nova } from './call.ts'
import type { FakeFlavor } from './flavor.ts'
import { used, type Quota } from './quota.ts'
import { forbidden, refuse } from './refuse.ts'
import { limitOf } from './server-list.ts'
import { linksTo } from './server-view.ts'

/** What the cloud has to offer: flavors, zones, limits. */
export function addSiteRoutes(nova: Nova): void {
  const { compute } = nova

  for (const [template, view] of [
    ['GET /v2.1/flavors', shortFlavor],
    ['GET /v2.1/flavors/detail', flavorView],
  ] as const) {
    on(nova, template, (call) => {
      const { query, path } = call.request
      const all = [...compute.flavors.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      const marker = query.get('marker')
      const from = marker === null ? 0 : all.findIndex(({ id }) => id === marker) + 1
      if (marker !== null && from === 0) throw refuse(400, `marker [${marker}] not found`)
      const limit = limitOf(query, nova.maxLimit)
      const page = all.slice(from, from + limit)
      const last = page.at(-1)
      const next = new URLSearchParams(query)
      if (last !== undefined) next.set('marker', last.id)
      const href = `${nova.server.url}${path}?${next.toString()}`
      return {
        json: {
          flavors: page.map((one) => view(nova, call, one)),
          ...(last !== undefined && page.length === limit ? { flavors_links: [{ rel: 'next', href }] } : {}),
        },
      }
    })
  }
  on(nova, 'GET /v2.1/flavors/{id}', (call) => {
    const { id } = call.request.params
    const found = compute.flavors.get(id)
    if (found === undefined) throw refuse(404, `Flavor ${id} could not be found.`)
    return { json: { flavor: flavorView(nova, call, found) } }
  })

  on(nova, 'GET /v2.1/os-availability-zone', () => ({
    json: {
      availabilityZoneInfo: compute
        .zones()
        .map((zoneName) => ({ zoneName, zoneState: { available: true }, hosts: null })),
    },
  }))

  on(nova, 'GET /v2.1/limits', (call) => ({ json: { limits: { rate: [], absolute: limits(nova, call) } } }))

  on(nova, 'PUT /v2.1/os-quota-sets/{project}', (call) => {
    demandAdmin(call, 'update')
    const wanted = at(bodyOf(call), 'quota_set')
    for (const [key, value] of Object.entries(isRecord(wanted) ? wanted : {})) {
      const own = quotaKeys[key]
      if (own !== undefined) compute.quota[own] = Number(value)
    }
    const set = Object.entries(quotaKeys).map(([key, own]) => [key, compute.quota[own]])
    return { json: { quota_set: Object.fromEntries(set) as JsonRecord } }
  })
  const usual = { ...compute.quota }
  on(nova, 'DELETE /v2.1/os-quota-sets/{project}', (call) => {
    demandAdmin(call, 'delete')
    Object.assign(compute.quota, usual)
    return { status: 202 }
  })
}

const quotaKeys: Readonly<Record<string, keyof Quota>> = {
  cores: 'cores',
  instances: 'instances',
  key_pairs: 'keyPairs',
  metadata_items: 'metadataItems',
  ram: 'ram',
  server_group_members: 'serverGroupMembers',
  server_groups: 'serverGroups',
}

function demandAdmin({ identity }: Call, verb: string): void {
  if (!identity.isAdmin) throw forbidden(`os_compute_api:os-quota-sets:${verb}`)
}

function shortFlavor(nova: Nova, { version }: Call, { id, name }: FakeFlavor): JsonRecord {
  return { id, name, links: linksTo(nova, `flavors/${id}`), ...(version >= 55 ? { description: null } : {}) }
}

function flavorView(nova: Nova, { version }: Call, one: FakeFlavor): JsonRecord {
  return {
    id: one.id,
    name: one.name,
    ram: one.ram,
    disk: one.disk,
    swap: version >= 75 ? 0 : '',
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': one.isDisabled,
    vcpus: one.vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    links: linksTo(nova, `flavors/${one.id}`),
    ...(version >= 55 ? { description: null } : {}),
    ...(version >= 61 ? { extra_specs: one.extraSpecs } : {}),
  }
}

function limits({ compute }: Nova, { identity, version }: Call): JsonRecord {
  const { quota } = compute
  const mine = compute.all().filter(({ exists, projectId }) => exists && projectId === identity.project?.id)
  const groups = [...compute.groups.values()].filter(({ projectId }) => projectId === identity.project?.id)
  const { cores, instances, ram } = used(mine)
  const hasProxies = version < 36
  return {
    maxTotalInstances: quota.instances,
    maxTotalCores: quota.cores,
    maxTotalRAMSize: quota.ram,
    maxServerMeta: quota.metadataItems,
    ...(version < 39 ? { maxImageMeta: quota.metadataItems } : {}),
    ...(version < 57 ? { maxPersonality: 5, maxPersonalitySize: 10_240 } : {}),
    maxTotalKeypairs: quota.keyPairs,
    maxServerGroups: quota.serverGroups,
    maxServerGroupMembers: quota.serverGroupMembers,
    ...(hasProxies ? { maxTotalFloatingIps: -1, maxSecurityGroups: -1, maxSecurityGroupRules: -1 } : {}),
    totalRAMUsed: ram,
    totalCoresUsed: cores,
    totalInstancesUsed: instances,
    ...(hasProxies ? { totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 0 } : {}),
    totalServerGroupsUsed: groups.length,
  }
}
