import { createFakeServer, type FakeClock, type FakeServer } from '@amphora/conformance/fake-server'
import { createFakeCloud, type Agenda, type FakeCloud, type FakeCloudOptions } from '@amphora/fake-openstack'
import type { FakeAllocation } from './fake-ironic/allocation.ts'
import { addAllocationRoutes } from './fake-ironic/allocation-routes.ts'
import { HIGHEST, type Ironic } from './fake-ironic/call.ts'
import { Conductor, type Durations, type Lane } from './fake-ironic/conductor.ts'
import type { FakeNode, NewNode } from './fake-ironic/node.ts'
import { addNodeRoutes } from './fake-ironic/node-routes.ts'
import { addSiteRoutes } from './fake-ironic/site-routes.ts'
import { addStateRoutes } from './fake-ironic/state-routes.ts'

export type { FakeNode, NewNode } from './fake-ironic/node.ts'

export interface FakeIronicOptions extends Omit<FakeCloudOptions, 'services'>, Partial<Durations> {
  /** Default: twelve of the class `baremetal`, the first two with the trait `CUSTOM_GOLD`. */
  readonly nodes?: readonly NewNode[]
  /** The number behind `1.` of the highest version. Default: 82. */
  readonly maximum?: number
  /** The most rows of a page. Default: 1 000. */
  readonly maxLimit?: number
  /** No Keystone: whoever asks is let in. */
  readonly alone?: boolean
  /** Which of several nodes is reserved: 0 to 1. Default: the language's own. */
  readonly random?: () => number
}

/**
 * A cloud with Ironic 21.4 as its clients see it, API 1.1 to 1.82, beside Keystone, Glance and Neutron. Nothing runs by
 * itself: whatever is due happens when a request arrives or a test looks.
 */
export interface FakeIronic extends AsyncDisposable {
  readonly cloud: FakeCloud
  readonly keystone: FakeCloud['keystone']
  readonly glance: FakeCloud['glance']
  readonly neutron: FakeCloud['neutron']
  readonly agenda: Agenda
  /** Ironic's own. Its routes begin with `/v1`. */
  readonly server: FakeServer
  readonly url: string
  readonly authUrl: string
  /** What lies behind the API. */
  readonly conductor: Conductor
  /** Of what is accepted from now on. */
  readonly durations: Durations
  nodes(): readonly FakeNode[]
  /** By name or uuid; throws where there is none. */
  node(ident: string): FakeNode
  allocations(): readonly FakeAllocation[]
  /** The node that bears an instance. */
  nodeOf(instance: string): FakeNode | undefined
  /** A machine that nobody's driver deployed, under a reservation of this name. */
  plant(name: string): { readonly id: string; readonly node: FakeNode; remove(): void }
  /** From now on what is accepted of this kind is not carried out; disposing of it lets it be. */
  hold(lane: Lane): Disposable
  /** One text for each node that bears an instance or is deployed, each reservation and each port, with its id. */
  inventory(): readonly string[]
  /** How many requests have arrived at all four services. */
  requests(): number
  /** Resolves once every handler has run, late ones too, and nothing is left to do but what is held. */
  settle(): Promise<void>
  close(): Promise<void>
}

const usualNodes: readonly NewNode[] = Array.from({ length: 12 }, (_, index) => ({
  name: `node-${index + 1}`,
  traits: index < 2 ? ['CUSTOM_GOLD'] : [],
}))

export async function createFakeIronic(options: FakeIronicOptions = {}): Promise<FakeIronic> {
  const { maximum = HIGHEST, maxLimit = 1000, random = Math.random } = options
  const cloud = await createFakeCloud(options)
  const { keystone, glance, neutron, agenda } = cloud
  const server = await createFakeServer(options.clock === undefined ? {} : { clock: options.clock satisfies FakeClock })
  const durations: Durations = {
    allocateMs: options.allocateMs ?? 0,
    deployMs: options.deployMs ?? 0,
    tearDownMs: options.tearDownMs ?? 0,
    powerMs: options.powerMs ?? 0,
  }
  const images = (): ReadonlySet<string> => new Set(glance.images.keys())
  const conductor = new Conductor({ agenda, durations, random, images })
  for (const node of options.nodes ?? usualNodes) conductor.addNode(node)
  const parts: Ironic = {
    server,
    url: server.url,
    keystone: options.alone === true ? undefined : keystone,
    conductor,
    maximum,
    maxLimit,
  }
  keystone.services.set('baremetal', server.url)
  addSiteRoutes(parts)
  addNodeRoutes(parts)
  addStateRoutes(parts)
  addAllocationRoutes(parts)

  const ironic: FakeIronic = {
    cloud,
    keystone,
    glance,
    neutron,
    agenda,
    server,
    url: server.url,
    authUrl: cloud.authUrl,
    conductor,
    durations,
    nodes: () => conductor.nodes(),
    node: (ident) => {
      const found = conductor.node(ident)
      if (found === undefined) throw new Error(`there is no node ${ident}`)
      return found
    },
    allocations: () => conductor.allocations(),
    nodeOf: (instance) => conductor.nodes().find(({ instanceUuid }) => instanceUuid === instance),
    plant: (name) => {
      const request = { name, resourceClass: 'baremetal', traits: [], candidates: [], extra: {}, owner: null }
      const allocation = conductor.allocate({ ...request, uuid: crypto.randomUUID() })
      agenda.tick()
      const node = ironic.nodeOf(allocation.uuid)
      if (node === undefined) throw new Error(`no node is free for ${name}`)
      conductor.force(node, { provisionState: 'active', powerState: 'power on' })
      return {
        id: allocation.uuid,
        node,
        remove: () => {
          conductor.force(node, { provisionState: 'available', powerState: 'power off' })
          conductor.release(allocation)
        },
      }
    },
    hold: (lane) => agenda.hold(lane),
    inventory: () => {
      agenda.tick()
      const nodes = conductor
        .nodes()
        .filter(({ instanceUuid, provisionState }) => instanceUuid !== null || provisionState !== 'available')
      return [
        ...nodes.map(({ name, instanceUuid, provisionState }) => `node ${name} ${instanceUuid} ${provisionState}`),
        ...conductor.allocations().map(({ uuid, request }) => `allocation ${uuid} ${request.name}`),
        ...neutron.ports().map(({ id, settings }) => `port ${id} ${settings.name}`),
      ]
    },
    requests: () => cloud.requests() + server.count(),
    settle: async () => {
      await server.idle()
      await agenda.settle()
    },
    close: async () => {
      await Promise.all([server.close(), cloud.close()])
    },
    [Symbol.asyncDispose]: () => ironic.close(),
  }
  return ironic
}
