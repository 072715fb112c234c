import { conformance, type Arrived, type BackendControl, type Fault, type Undo, type Verb } from '@amphora/conformance'
import type { Match, WireFault } from '@amphora/conformance/fake-server'
import { describe, it } from 'vitest'
import { nova } from '../src/index.ts'
import { createFakeNova, isAction, type FakeInstance, type FakeNova } from './fake-nova.ts'
import { cloudConfigIn, partsOf } from '@amphora/fake-openstack'

const PAGE = 10
const PASSWORD = 'secret'
const NETWORKS = { net1: '50bb70ba-d1d7-4b93-87b9-c59413e7096e', net2: '6433b39e-d350-44b8-8925-3bf977e6bb9a' }
const IMAGE = 'ef5703fd-709c-4377-beb0-fc58b90cd596'

/** The request that does a verb's deed. */
const deeds: Readonly<Record<Verb, Match>> = {
  build: 'POST /v2.1/servers',
  delete: 'DELETE /v2.1/servers/{id}',
  status: 'GET /v2.1/servers/{id}',
  getAmphora: 'GET /v2.1/servers/{id}',
  find: 'GET /v2.1/servers/detail',
  list: 'GET /v2.1/servers/detail',
  suspend: isAction('suspend'),
  resume: isAction('resume'),
  watch: 'GET /v2.1/servers/detail',
  check: 'GET /v2.1/limits',
}

function ours(cloud: FakeNova, name: string): FakeInstance {
  const found = cloud.servers().find(({ metadata }) => metadata['amphora_name'] === name)
  if (found === undefined) throw new Error(`nothing is called ${name}`)
  return found
}

function undo(work: () => void | Promise<void>): Undo {
  return { [Symbol.asyncDispose]: async () => work() }
}

async function down(cloud: FakeNova): Promise<Undo> {
  const servers = [cloud.server, cloud.keystone.server, cloud.glance.server, cloud.neutron.server]
  const outages = await Promise.all(servers.map((server) => server.down()))
  return undo(async () => {
    for (const outage of outages) await outage[Symbol.asyncDispose]()
  })
}

const backend: BackendControl<FakeNova> = {
  inventory: (cloud) => cloud.inventory(),
  settle: (cloud) => cloud.settle(),
  arrived: (cloud, name) => arrivedIn(ours(cloud, name)),
  plantForeign: (cloud, name) => ({ id: cloud.plant(name, { networks: ['net1'] }).id }),
  requests: (cloud) => cloud.requests(),
  force: (cloud, name, word) => {
    const [status = '', task] = word.split('/')
    cloud.force(ours(cloud, name), status, task)
  },
  exhaust: (cloud) => {
    cloud.noCapacity = true
    return undo(() => void (cloud.noCapacity = false))
  },
  holdBuilds: (cloud) => cloud.holdBuilds(),
  down,
  inject: async (cloud, fault) => {
    if (fault.kind === 'refuse') return down(cloud)
    return cloud.server.inject(wireFault(fault))
  },
  hostOf: (cloud, name) => ours(cloud, name).host?.name ?? 'nowhere',
}

function wireFault({ on, ...fault }: Fault): WireFault {
  if (fault.kind === 'refuse') return { kind: 'refuse' }
  // A 404 that is not Nova's own tells nothing of any server.
  const own = fault.kind === 'status' && fault.status === 404
  const json = { itemNotFound: { code: 404, message: 'Instance could not be found.' } }
  return { ...fault, on: deeds[on], ...(own ? { json } : {}) } as WireFault
}

/** As cloud-init would find it. */
function arrivedIn(instance: FakeInstance): Arrived {
  const { userData } = instance
  const files = new Map(instance.files)
  if (userData === undefined || !isOurs(userData)) return { files, userData, keys: [] }
  const parts = partsOf(userData)
  const config = cloudConfigIn(userData)
  for (const { path, content } of config.write_files ?? []) files.set(path, Buffer.from(content, 'base64'))
  return { files, userData: parts.length > 1 ? parts[0]?.bytes : undefined, keys: config.ssh_authorized_keys ?? [] }
}

function isOurs(userData: Uint8Array): boolean {
  try {
    return partsOf(userData).length > 0
  } catch {
    return false
  }
}

const request = { imageId: IMAGE, flavor: 'm1.tiny', networkIds: [NETWORKS.net1] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/nova on a fake cloud',
    plugin: nova,
    open: () =>
      createFakeNova({
        networks: [
          { name: 'net1', id: NETWORKS.net1 },
          { name: 'net2', id: NETWORKS.net2 },
        ],
        images: [{ name: 'tiny', id: IMAGE }],
      }),
    close: (cloud) => cloud.close(),
    driver: (cloud) =>
      nova({
        auth: {
          authUrl: cloud.authUrl,
          username: 'demo',
          password: PASSWORD,
          projectName: 'demo',
          userDomainName: 'Default',
          projectDomainName: 'Default',
        },
        allowInsecureHttp: true,
        pageSize: PAGE,
        settleMs: 1_500,
      }),
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'm1.small' }),
    secrets: [],
    backend,
    options: { cloud: 'east', files: 'cloud-init', settleMs: 60_000 },
    badOptions: [{ cloud: 7, pageSize: 0, files: 'none' }],
    unknownImage: '11111111-1111-4111-8111-111111111111',
    states: {
      BUILD: 'building',
      REBUILD: 'building',
      REBOOT: 'building',
      HARD_REBOOT: 'building',
      RESIZE: 'building',
      REVERT_RESIZE: 'building',
      ACTIVE: 'active',
      'ACTIVE/deleting': 'deleting',
      'ACTIVE/suspending': 'suspending',
      'ACTIVE/pausing': 'suspending',
      'SUSPENDED/resuming': 'resuming',
      'PAUSED/unpausing': 'resuming',
      'ACTIVE/powering-off': 'stopped',
      VERIFY_RESIZE: 'active',
      PASSWORD: 'active',
      PAUSED: 'suspended',
      SUSPENDED: 'suspended',
      SHUTOFF: 'stopped',
      SHELVED: 'stopped',
      SHELVED_OFFLOADED: 'stopped',
      RESCUE: 'stopped',
      ERROR: 'error',
    },
    imageFile: '/etc/passwd',
    pageSize: PAGE,
    attachTarget: { networkId: NETWORKS.net2 },
  },
)
