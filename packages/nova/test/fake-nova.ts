import { createFakeServer, type FakeClock, type FakeServer, type Match } from '@amphora/conformance/fake-server'
import { createFakeCloud, type FakeCloud, type FakeCloudOptions } from '@amphora/fake-openstack'
import { addActionLogRoutes } from './fake-nova/action-log.ts'
import type { Nova } from './fake-nova/call.ts'
import { Compute, type Durations, type Lane } from './fake-nova/compute.ts'
import { addDetailRoutes } from './fake-nova/details.ts'
import { flavor, usualFlavors, type NewFlavor } from './fake-nova/flavor.ts'
import { addGroupRoutes } from './fake-nova/group-routes.ts'
import { usualHosts, type FakeGroup, type FakeHost } from './fake-nova/hosts.ts'
import { stateOf, type FakeInstance, type Order } from './fake-nova/instance.ts'
import { addInterfaceRoutes } from './fake-nova/interfaces.ts'
import { usualQuota, type Quota } from './fake-nova/quota.ts'
import { addServerRoutes, addVersionRoutes } from './fake-nova/routes.ts'
import { addSiteRoutes } from './fake-nova/site-routes.ts'

export type { FakeInstance } from './fake-nova/instance.ts'

export interface FakeNovaOptions extends Omit<FakeCloudOptions, 'services'>, Partial<Durations> {
  /** The number behind `2.` of the highest microversion. Default: 93. */
  readonly maximum?: number
  /** The most rows of a page. Default: 1000. */
  readonly maxLimit?: number
  readonly flavors?: readonly NewFlavor[]
  /** Default: `compute1` and `compute2` in the zone `nova`, and one in each of `small` and `abort`. */
  readonly hosts?: readonly FakeHost[]
  readonly quota?: Partial<Quota>
  /** Names of keypairs. Default: `key1`. */
  readonly keyPairs?: readonly string[]
  /** Keep what is deleted until `forceDelete`, as with Nova's `reclaim_instance_interval`. */
  readonly softDelete?: boolean
  /** The catalogue's URL of Nova ends in the project's id, as on older clouds. */
  readonly projectInUrl?: boolean
}

/** A server that nobody asked Nova's API for. */
export interface Planted {
  readonly metadata?: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
  readonly description?: string
  /** By name. Default: `demo`. */
  readonly project?: string
  /** Names of networks on which it has a port. Default: none. */
  readonly networks?: readonly string[]
}

/**
 * A cloud with Nova 26 as its clients see it, microversions 2.1 to 2.93, beside Keystone, Glance and Neutron.
 *
 * ```ts
 * const nova = await createFakeNova({ buildMs: 10 })
 * await nova.server.inject({ kind: 'lose-response', on: 'POST /v2.1/servers', times: 1 })
 * const driver = nova({ auth: { authUrl: nova.authUrl, username: 'demo', password: 'secret', projectName: 'demo', … } })
 * await nova.close()
 * ```
 *
 * Nothing runs by itself: whatever is due happens when a request arrives or a test looks.
 */
export interface FakeNova extends AsyncDisposable {
  readonly cloud: FakeCloud
  readonly keystone: FakeCloud['keystone']
  readonly glance: FakeCloud['glance']
  readonly neutron: FakeCloud['neutron']
  /** Nova's own. Its routes begin with `/v2.1`, whatever the catalogue says: `POST /v2.1/servers`. */
  readonly server: FakeServer
  readonly authUrl: string
  /** Where the catalogue says Nova is. */
  readonly url: string
  /** What lies behind the API. */
  readonly compute: Compute
  /** Of what is accepted from now on. */
  readonly durations: Durations
  readonly quota: Quota
  /** No host has room for another server: each ends in ERROR, `No valid host was found. `. */
  noCapacity: boolean
  /** Those that exist, oldest first, whoever made them. */
  servers(): readonly FakeInstance[]
  /** The oldest of that name. */
  named(name: string): FakeInstance | undefined
  groups(): readonly FakeGroup[]
  /** An active server that nobody's driver made. */
  plant(name: string, planted?: Planted): FakeInstance
  /** Makes it read so until a verb changes it; what it was about to do is dropped. Status `UNKNOWN` is a cell that does not answer. */
  force(server: FakeInstance, status: string, taskState?: string | null): void
  /** Takes it away with its ports, as an operator would. */
  remove(server: FakeInstance): void
  /** Puts away the row of a deleted one: no list has it any more, and it is no marker. */
  archive(server: FakeInstance): void
  /** From now on what is accepted of this kind is not carried out; disposing of it lets it be. */
  hold(kind: Lane): Disposable
  /** `hold('build')`. */
  holdBuilds(): Disposable
  /** One text for each server, port and server group, with its id. */
  inventory(): readonly string[]
  /** How many requests have arrived at all four services. */
  requests(): number
  /** Resolves once every handler has run, late ones too, and nothing is left to do but what is held. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Which requests ask for this action, for `inject`: they share one route. */
export function isAction(name: string): Match {
  return (request) =>
    request.template === 'POST /v2.1/servers/{id}/action' && request.text().trimStart().startsWith(`{"${name}"`)
}

export async function createFakeNova(options: FakeNovaOptions = {}): Promise<FakeNova> {
  const { maximum = 93, maxLimit = 1000, quota: wantedQuota, hosts = usualHosts } = options
  const cloud = await createFakeCloud(options)
  const { keystone, glance, neutron, agenda } = cloud
  const server = await createFakeServer({
    ...(options.clock === undefined ? {} : { clock: options.clock satisfies FakeClock }),
    rewrite: (path) => path.replace(/^\/v2\.1\/[0-9a-f]{32}(?=\/)/, '/v2.1'),
  })
  const durations: Durations = {
    scheduleMs: options.scheduleMs ?? 0,
    buildMs: options.buildMs ?? 10,
    deleteMs: options.deleteMs ?? 10,
    actionMs: options.actionMs ?? 10,
  }
  const compute = new Compute({
    agenda,
    neutron,
    durations,
    flavors: (options.flavors ?? usualFlavors).map(flavor),
    hosts,
    quota: { ...usualQuota, ...wantedQuota },
    softDelete: options.softDelete ?? false,
    keyPairs: options.keyPairs ?? ['key1'],
  })
  const url = `${server.url}/v2.1${options.projectInUrl === true ? `/${keystone.projectId('demo')}` : ''}`
  keystone.services.set('compute', url)
  const parts: Nova = { server, keystone, compute, maximum, maxLimit }
  addVersionRoutes(parts)
  addServerRoutes(parts, glance)
  addInterfaceRoutes(parts)
  addDetailRoutes(parts)
  addGroupRoutes(parts)
  addSiteRoutes(parts)
  addActionLogRoutes(parts)

  function plantedOrder(name: string, { metadata = {}, tags = [], description, project = 'demo' }: Planted): Order {
    const [image] = glance.images.values()
    const [first] = compute.flavors.values()
    if (image === undefined || first === undefined)
      throw new Error('a server needs an image and a flavor to be planted')
    return {
      name,
      projectId: keystone.projectId(project),
      userId: keystone.userId(project),
      flavor: first,
      imageId: image.id,
      nics: [],
      securityGroups: undefined,
      zone: undefined,
      hostName: undefined,
      groupId: undefined,
      hostname: name,
      description: description ?? null,
      keyName: null,
      configDrive: false,
      userDataText: undefined,
      personality: [],
      metadata,
      tags,
      reservationId: 'r-planted0',
    }
  }

  const nova: FakeNova = {
    cloud,
    keystone,
    glance,
    neutron,
    server,
    authUrl: keystone.authUrl,
    url,
    compute,
    durations,
    quota: compute.quota,
    get noCapacity() {
      return compute.isFull
    },
    set noCapacity(isFull) {
      compute.isFull = isFull
    },
    servers: () => {
      agenda.tick()
      return compute.all().filter(({ exists }) => exists)
    },
    named: (name) => nova.servers().find((one) => one.name === name),
    groups: () => [...compute.groups.values()],
    plant: (name, planted = {}) => {
      const project = planted.project ?? 'demo'
      const identity = {
        userId: keystone.userId(project),
        userName: project,
        project: { id: keystone.projectId(project), name: project },
        roles: ['member'],
        isAdmin: false,
      }
      const instance = compute.plant(plantedOrder(name, planted), { identity, requestId: 'req-planted' })
      for (const network of planted.networks ?? []) {
        compute.attach(instance, { networkId: neutron.network(network)?.id ?? network })
      }
      return instance
    },
    force: (instance, status, taskState) => {
      const state = stateOf(status)
      instance.pending?.[Symbol.dispose]()
      instance.set(agenda.now(), {
        ...(state === undefined ? {} : { vmState: state.vmState }),
        taskState: taskState === undefined ? (state?.taskState ?? null) : taskState,
      })
      if (state === undefined) instance.forcedStatus = status
      instance.cellIsDown = status === 'UNKNOWN'
    },
    remove: (instance) => compute.remove(instance),
    archive: (instance) => {
      instance.isArchived = !instance.exists
    },
    hold: (kind) => agenda.hold(kind),
    holdBuilds: () => agenda.hold('build' satisfies Lane),
    inventory: () => [
      ...nova.servers().map(({ id, name }) => `server ${id} ${name}`),
      ...neutron.ports().map(({ id, settings }) => `port ${id} of ${settings.deviceId || 'nobody'}`),
      ...nova.groups().map(({ id, name }) => `server group ${id} ${name}`),
    ],
    requests: () => server.count() + cloud.requests(),
    settle: async () => {
      await Promise.all([server, keystone.server, glance.server, neutron.server].map((one) => one.idle()))
      await agenda.settle()
    },
    close: async () => {
      await Promise.all([server.close(), cloud.close()])
    },
    [Symbol.asyncDispose]: () => nova.close(),
  }
  return nova
}
