import { conformance, type Arrived, type BackendControl, type Fault, type Undo, type Verb } from '@amphora/conformance'
import type { Match, RecordedRequest, WireFault } from '@amphora/conformance/fake-server'
import { at, cloudConfigIn, isRecord, partsOf, textAt } from '@amphora/fake-openstack'
import { describe, it } from 'vitest'
import { ironic } from '../src/index.ts'
import { IMAGE, NETWORK, NOSUCH } from './call.ts'
import { fakeCloud, optionsFor, PASSWORD } from './driver.ts'
import type { FakeIronic, FakeNode } from './fake-ironic.ts'

const PAGE = 10
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const asksForNode = ({ template, query }: RecordedRequest): boolean =>
  template === 'GET /v1/nodes/{ident}' || (template === 'GET /v1/nodes' && query.has('instance_uuid'))
const asksForReservation = ({ template, params }: RecordedRequest): boolean =>
  template === 'GET /v1/allocations/{ident}' && UUID.test(params['ident'] ?? '')

/** The request that does a verb's deed. */
const deeds: Readonly<Record<Exclude<Verb, 'watch'>, Match>> = {
  build: 'POST /v1/allocations',
  delete: (request) => isProvision(request, 'deleted'),
  status: (request) => asksForNode(request) || asksForReservation(request),
  getAmphora: (request) => asksForNode(request) || asksForReservation(request),
  find: ({ template, params }) => template === 'GET /v1/allocations/{ident}' && !UUID.test(params['ident'] ?? ''),
  list: 'GET /v1/allocations',
  suspend: (request) => isPower(request, 'soft power off'),
  resume: (request) => isPower(request, 'power on'),
  check: 'GET /v1/nodes',
}

function isProvision(request: RecordedRequest, target: string): boolean {
  return request.template === 'PUT /v1/nodes/{ident}/states/provision' && textAt(request.json(), 'target') === target
}

function isPower(request: RecordedRequest, target: string): boolean {
  return request.template === 'PUT /v1/nodes/{ident}/states/power' && textAt(request.json(), 'target') === target
}

function ours(fake: FakeIronic, name: string): { readonly id: string; readonly node: FakeNode } {
  const allocation = fake.allocations().find(({ request }) => textAt(request.extra, 'amphora', 'name') === name)
  const node = allocation === undefined ? undefined : fake.nodeOf(allocation.uuid)
  if (allocation === undefined || node === undefined) throw new Error(`nothing is called ${name}`)
  return { id: allocation.uuid, node }
}

function undo(work: () => void | Promise<void>): Undo {
  return { [Symbol.asyncDispose]: async () => work() }
}

async function down(fake: FakeIronic): Promise<Undo> {
  const servers = [fake.server, fake.keystone.server, fake.glance.server, fake.neutron.server]
  const outages = await Promise.all(servers.map((server) => server.down()))
  return undo(async () => {
    for (const outage of outages) await outage[Symbol.asyncDispose]()
  })
}

const backend: BackendControl<FakeIronic> = {
  inventory: (fake) => fake.inventory(),
  settle: (fake) => fake.settle(),
  arrived: (fake, name) => arrivedIn(ours(fake, name).node),
  plantForeign: (fake, name) => {
    const planted = fake.plant(`amphora-${name}`)
    return { id: planted.id, [Symbol.asyncDispose]: async () => planted.remove() }
  },
  requests: (fake) => fake.requests(),
  force: (fake, name, word) => force(fake, ours(fake, name), word),
  exhaust: (fake) => {
    const free = fake.nodes().filter(({ instanceUuid }) => instanceUuid === null)
    for (const node of free) node.maintenance = true
    return undo(() => {
      for (const node of free) node.maintenance = false
    })
  },
  holdBuilds: (fake) => fake.hold('deploy'),
  down,
  inject: async (fake, fault) => {
    if (fault.kind === 'refuse') return down(fake)
    const { on } = fault
    if (fault.kind === 'status' && fault.status === 404 && (on === 'status' || on === 'getAmphora')) return gone(fake)
    return fake.server.inject(wireFault(fault))
  },
}

/** How Ironic says that something is not there: the node and the reservation are not, and no list has them. */
async function gone({ server }: FakeIronic): Promise<Undo> {
  const json = { error_message: '{"faultcode": "Client", "faultstring": "It could not be found.", "debuginfo": null}' }
  const faults = [
    await server.inject({ kind: 'status', status: 404, json, on: 'GET /v1/nodes/{ident}' }),
    await server.inject({ kind: 'status', status: 404, json, on: 'GET /v1/allocations/{ident}' }),
    await server.inject({ kind: 'status', status: 200, json: { nodes: [] }, on: 'GET /v1/nodes' }),
  ]
  return undo(async () => {
    for (const fault of faults) await fault[Symbol.asyncDispose]()
  })
}

function wireFault({ on, ...fault }: Fault): WireFault {
  if (fault.kind === 'refuse' || on === 'watch') return { kind: 'refuse' }
  // A 404 that is not Ironic's own tells nothing of any node.
  const isOwn = fault.kind === 'status' && fault.status === 404
  const json = { error_message: '{"faultcode": "Client", "faultstring": "It could not be found.", "debuginfo": null}' }
  return { ...fault, on: deeds[on], ...(isOwn ? { json } : {}) } as WireFault
}

/** `active/power off/suspended`: the provision state, the power, and our mark. */
function force(fake: FakeIronic, { id, node }: { readonly id: string; readonly node: FakeNode }, word: string): void {
  const [provisionState = '', powerState, mark] = word.split('/')
  const marks = node.instanceInfo[`amphora_${id}`] as Record<string, unknown>
  const { suspended: _suspended, resumed: _resumed, ...others } = marks
  fake.conductor.force(node, {
    provisionState,
    powerState: powerState === undefined || powerState === '' ? node.powerState : powerState,
    lastError: /fail|error/.test(provisionState) ? `It is in ${provisionState}.` : null,
    instanceInfo: {
      ...node.instanceInfo,
      [`amphora_${id}`]: mark === undefined ? others : { ...others, [mark]: true },
    },
  })
}

/** As cloud-init would find it on the config drive. */
function arrivedIn({ configDrive }: FakeNode): Arrived {
  const text = textAt(configDrive, 'user_data')
  const keys = listOfValues(at(configDrive, 'meta_data', 'public_keys'))
  const document = text === undefined ? undefined : Buffer.from(text)
  if (document === undefined || !text?.startsWith('Content-Type: multipart/mixed; boundary="amphora-')) {
    return { files: new Map(), userData: document, keys }
  }
  const [first, ...others] = partsOf(document)
  const files = (cloudConfigIn(document).write_files ?? []).map(
    ({ path, content }) => [path, Buffer.from(content, 'base64')] as const,
  )
  const isOurs = first?.bytes.toString().startsWith('#cloud-config\nmerge_how:') === true && others.length === 0
  return { files: new Map(files), userData: isOurs ? undefined : first?.bytes, keys }
}

function listOfValues(record: unknown): readonly string[] {
  return isRecord(record) ? Object.values(record).filter((value) => typeof value === 'string') : []
}

const request = { type: 'BareMetal', imageId: IMAGE, flavor: 'baremetal', networkIds: [NETWORK] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/ironic on a fake cloud',
    plugin: ironic,
    open: () => fakeCloud({ nodes: Array.from({ length: 40 }, (_, index) => ({ name: `node-${index}` })) }),
    close: (fake) => fake.close(),
    driver: (fake) => ironic({ ...optionsFor(fake), pageSize: PAGE }),
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'spare' }),
    secrets: [PASSWORD],
    backend,
    options: { cloud: 'east', flavors: { gold: { resourceClass: 'baremetal', traits: ['CUSTOM_GOLD'] } } },
    badOptions: [
      { cloud: 7, pageSize: 0, hardPowerOff: 'yes' },
      { cloud: 'east', flavors: { a: {}, b: {} } },
    ],
    unknownImage: NOSUCH,
    states: {
      available: 'building',
      manageable: 'building',
      deploying: 'building',
      'wait call-back': 'building',
      'deploy complete': 'building',
      rebuild: 'building',
      adopting: 'building',
      'active/power on': 'active',
      'active/power off': 'stopped',
      'active/power off/suspended': 'suspended',
      'active/power off/resumed': 'suspended',
      'active/rebooting': 'unknown',
      rescue: 'stopped',
      rescuing: 'stopped',
      'rescue wait': 'stopped',
      unrescuing: 'stopped',
      deleting: 'deleting',
      'deploy failed': 'error',
      error: 'error',
      'clean failed': 'error',
      'adopt failed': 'error',
      'rescue failed': 'error',
      'unrescue failed': 'error',
      enroll: 'unknown',
      verifying: 'unknown',
      inspecting: 'unknown',
      'inspect wait': 'unknown',
      'inspect failed': 'unknown',
      cleaning: 'unknown',
      'clean wait': 'unknown',
    },
    imageFile: '/etc/passwd',
    pageSize: PAGE,
  },
)
