import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import type { Api } from './api.ts'

/** A node as the testbed wants it. */
interface NodePlan {
  readonly name: string
  readonly resourceClass: string
  readonly traits: readonly string[]
  readonly mac: string
}

/** What of a node fails. */
export interface NodeChanges {
  /** Which of `deploy`, `tear_down`, `power` and `power_get`, with commas between; an empty text: none. */
  readonly fail?: string
  /** Seconds that each deploy, tear-down and power action takes, with the node locked. */
  readonly delay?: number
  /** Whether power changes are accepted and change nothing. */
  readonly lie?: boolean
  readonly maintenance?: boolean
}

type Ironic = 'ironic' | 'ironic-noauth'

const version = '1.82'
const Node = v.object({ name: v.nullable(v.string()), provision_state: v.string() })
const Nodes = v.object({ nodes: v.array(Node) })

const inCatalog: readonly NodePlan[] = [
  ...Array.from({ length: 10 }, (_, index) => plan(`node-${index + 1}`, 'baremetal', index + 1, index < 2)),
  plan('spare-1', 'spare', 11),
  plan('spare-2', 'spare', 12),
]
const standingAlone: readonly NodePlan[] = [plan('alone-1', 'baremetal', 13), plan('alone-2', 'baremetal', 14)]

export type NodeNames = Readonly<Record<'baremetal' | 'spare', readonly string[]>>

/** Names of the nodes of the Ironic in the catalog, by resource class. `node-1` and `node-2` have the trait CUSTOM_GOLD. */
export const nodeNames: NodeNames = { baremetal: namesOf('baremetal'), spare: namesOf('spare') }

function namesOf(resourceClass: keyof NodeNames): readonly string[] {
  return inCatalog.filter((node) => node.resourceClass === resourceClass).map(({ name }) => name)
}

/** Enrols the nodes that are missing and brings each to `available`. One in any later state stays as it is. */
export async function ensureNodes(api: Pick<Api, 'call'>, ironic: Ironic, log: (line: string) => void): Promise<void> {
  const plans = ironic === 'ironic' ? inCatalog : standingAlone
  const { nodes } = v.parse(
    Nodes,
    await api.call(ironic, '/v1/nodes?fields=name,provision_state&limit=1000', { version }),
  )
  const states = new Map(nodes.map((node) => [node.name, node.provision_state]))
  const unfinished = plans.filter(({ name }) => ['enroll', 'manageable', undefined].includes(states.get(name)))
  await Promise.all(unfinished.map((node) => enrol(api, ironic, node, states.get(node.name))))
  if (unfinished.length > 0) log(`enrolled ${unfinished.map(({ name }) => name).join(' ')} in ${ironic}`)
}

/** Sets the switches by which a node of the catalog's Ironic fails, and its maintenance. What is not named stays. */
export async function changeNode(admin: Api, name: string, changes: NodeChanges): Promise<void> {
  const { fail, delay, lie, maintenance } = changes
  const switches = { testbed_fail: fail, testbed_delay: delay, testbed_lie: lie }
  const body = Object.entries(switches)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ op: 'add', path: `/driver_info/${key}`, value }))
  if (body.length > 0) await patient(admin, 'ironic', `/v1/nodes/${name}`, { method: 'PATCH', body })
  if (maintenance === undefined) return
  const method = maintenance ? 'PUT' : 'DELETE'
  await patient(admin, 'ironic', `/v1/nodes/${name}/maintenance`, { method, ...(maintenance ? { body: {} } : {}) })
}

function plan(name: string, resourceClass: string, number: number, gold = false): NodePlan {
  const mac = `52:54:00:00:00:${number.toString(16).padStart(2, '0')}`
  return { name, resourceClass, traits: gold ? ['CUSTOM_GOLD'] : [], mac }
}

async function enrol(
  api: Pick<Api, 'call'>,
  ironic: Ironic,
  { name, resourceClass, traits, mac }: NodePlan,
  state: string | undefined,
): Promise<void> {
  if (state === undefined) {
    const properties = { cpus: 8, memory_mb: 16_384, local_gb: 100, cpu_arch: 'x86_64' }
    const body = { name, driver: 'fake-hardware', resource_class: resourceClass, properties }
    const made = await api.call(ironic, '/v1/nodes', { method: 'POST', version, body })
    const { uuid } = v.parse(v.object({ uuid: v.string() }), made)
    await api.call(ironic, '/v1/ports', { method: 'POST', version, body: { node_uuid: uuid, address: mac } })
  }
  if (traits.length > 0) await patient(api, ironic, `/v1/nodes/${name}/traits`, { method: 'PUT', body: { traits } })
  if (state !== 'manageable') await provision(api, ironic, name, 'manage', 'manageable')
  await provision(api, ironic, name, 'provide', 'available')
}

async function provision(
  api: Pick<Api, 'call'>,
  ironic: Ironic,
  name: string,
  target: string,
  state: string,
): Promise<void> {
  await patient(api, ironic, `/v1/nodes/${name}/states/provision`, { method: 'PUT', body: { target } })
  const end = Date.now() + 60_000
  const path = `/v1/nodes/${name}?fields=name,provision_state`
  while (v.parse(Node, await api.call(ironic, path, { version })).provision_state !== state) {
    if (Date.now() >= end) throw new TestbedError(`node ${name} must be ${state} within 60 s of ${target} and is not`)
    await sleep(100)
  }
}

/** A request that waits while the node is locked: a state shows before the lock that it was reached under is gone. */
async function patient(
  api: Pick<Api, 'call'>,
  ironic: Ironic,
  path: string,
  request: { readonly method: 'PUT' | 'PATCH' | 'DELETE'; readonly body?: unknown },
): Promise<void> {
  const end = Date.now() + 30_000
  while ((await api.call(ironic, path, { ...request, version, accept: [409] })) === null) {
    if (Date.now() >= end) throw new TestbedError(`${ironic} answers 409 to ${request.method} ${path} for 30 s`)
    await sleep(100)
  }
}
