import type { FakeResponse } from '@amphora/conformance/fake-server'
import { isRecord, listAt, parsed, textAt, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, on, sees, theNode, type Call, type Ironic } from './call.ts'
import { patched, readPatch } from './json-patch.ts'
import type { FakeNode } from './node.ts'
import { cut, listed } from './paging.ts'
import { noNode, refuse } from './refuse.ts'
import { allocationView, links, nodeView } from './views.ts'

/** What a list tells of a node unless more is asked for. */
const SHORT = ['uuid', 'instance_uuid', 'maintenance', 'power_state', 'provision_state', 'name']
const CREATABLE = new Set(['name', 'driver', 'resource_class', 'properties', 'driver_info', 'extra', 'owner'])
const KEPT = ['associated', 'maintenance']

/** `/v1/nodes`, but for their states and ports. */
export function addNodeRoutes(ironic: Ironic): void {
  const { conductor, url } = ironic
  const view = (node: FakeNode, { minor }: Call): JsonRecord => {
    const document = nodeView(node, url)
    // Before 1.2 a node that is available has no state, and before 1.5 none has a name.
    const state = minor < 2 && node.provisionState === 'available' ? { provision_state: null } : {}
    const shown = { ...document, ...state }
    return minor >= 5 ? shown : Object.fromEntries(Object.entries(shown).filter(([key]) => key !== 'name'))
  }
  const list = (call: Call, path: string, viewed: (node: FakeNode) => JsonRecord): FakeResponse =>
    listed(ironic, call, {
      collection: 'nodes',
      path,
      rows: conductor.nodes().filter((node) => sees(call, node.owner) && isWanted(node, call.request.query)),
      uuidOf: ({ uuid }) => uuid,
      view: viewed,
      absent: noNode,
      kept: KEPT,
      single: call.request.query.has('instance_uuid'),
    })

  on(ironic, 'GET /v1/nodes', (call) => {
    const fields = call.request.query.get('fields')?.split(',')
    const [sample] = conductor.nodes()
    const strange = sample && fields?.find((field) => !Object.hasOwn(nodeView(sample, url), field))
    if (strange !== undefined) throw refuse(500, `type object 'Node' has no attribute '${strange}'`)
    return list(call, 'nodes', (node) => {
      const whole = view(node, call)
      return fields !== undefined
        ? whole
        : cut(
            whole,
            SHORT.filter((key) => Object.hasOwn(whole, key)),
          )
    })
  })
  on(ironic, 'GET /v1/nodes/detail', (call) => list(call, 'nodes/detail', (node) => view(node, call)))
  on(ironic, 'POST /v1/nodes', (call) => {
    const { identity } = call
    if (identity !== undefined && !identity.isAdmin) {
      throw refuse(403, 'Access was denied to the following resource: baremetal:node:create')
    }
    const body = bodyOf(call)
    const strange = Object.keys(body).find((key) => !CREATABLE.has(key))
    if (strange !== undefined) {
      const because = `Additional properties are not allowed ('${strange}' was unexpected)`
      throw refuse(400, `Schema error for node: ${because}`)
    }
    const driver = textAt(body, 'driver') ?? ''
    if (driver !== 'fake-hardware') {
      const reason = `No conductor service registered which supports driver ${driver} for conductor group "".`
      throw refuse(400, `No valid host was found. Reason: ${reason}`)
    }
    const name = textAt(body, 'name') ?? ''
    if (conductor.node(name) !== undefined) throw refuse(409, `A node with name ${name} already exists.`)
    const [properties, driverInfo] = [body['properties'], body['driver_info']]
    const made = conductor.addNode({
      name,
      provisionState: 'enroll',
      deployInterface: 'testbed',
      networkInterface: 'noop',
      owner: identity?.project?.id ?? null,
      ...(textAt(body, 'resource_class') === undefined ? {} : { resourceClass: textAt(body, 'resource_class') ?? '' }),
      ...(isRecord(properties) ? { properties } : {}),
      ...(isRecord(driverInfo) ? { driverInfo } : {}),
    })
    return { status: 201, headers: { location: `${url}/v1/nodes/${made.uuid}` }, json: view(made, call) }
  })
  on(ironic, 'GET /v1/nodes/{ident}', (call) => {
    const whole = view(theNode(ironic, call, call.request.params.ident), call)
    const fields = call.request.query.get('fields')?.split(',')
    return { json: fields === undefined ? whole : cut(whole, fields) }
  })
  on(ironic, 'PATCH /v1/nodes/{ident}', (call) => {
    const { ident } = call.request.params
    const steps = readPatch(parsed(call.request.text()))
    const node = theNode(ironic, call, ident)
    const isFreed = node.maintenance && steps.every(({ op, path }) => op === 'remove' && path === '/instance_uuid')
    if (!isFreed && conductor.isInTransit(node)) {
      throw refuse(409, `Node ${ident} can not be updated while a state transition is in progress.`)
    }
    const after = patched(
      {
        instance_info: node.instanceInfo,
        instance_uuid: node.instanceUuid,
        extra: node.extra,
        driver_info: node.driverInfo,
        maintenance: node.maintenance,
        name: node.name,
        protected: node.isProtected,
        resource_class: node.resourceClass,
      },
      steps,
    )
    conductor.demandUnlocked(node)
    change(ironic, node, after)
    // Told while the conductor still holds the lock of the change itself.
    return { json: { ...view(node, call), reservation: conductor.host } }
  })
  on(ironic, 'DELETE /v1/nodes/{ident}', (call) => {
    const node = theNode(ironic, call, call.request.params.ident)
    conductor.demandUnlocked(node)
    if (node.instanceUuid !== null && !node.maintenance) {
      throw refuse(409, `Node ${node.uuid} is associated with instance ${node.instanceUuid}.`)
    }
    if (!['enroll', 'manageable', 'adopt failed'].includes(node.provisionState) && !node.maintenance) {
      const states = 'Valid provision states are: manageable, enroll, adopt failed'
      const told = `Can not delete node "${node.uuid}" while it is in provision state "${node.provisionState}"`
      throw refuse(409, `${told}. ${states} to delete a node or set maintenance mode ON the node first.`)
    }
    conductor.removeNode(node)
    return { status: 204 }
  })
  on(ironic, 'GET /v1/nodes/{ident}/allocation', (call) => {
    const { ident } = call.request.params
    const allocation = conductor.allocation(theNode(ironic, call, ident).allocationUuid ?? '')
    if (allocation === undefined) throw refuse(404, `Allocation for node ${ident} was not found`)
    return { json: allocationView(allocation, url) }
  })
  on(ironic, 'PUT /v1/nodes/{ident}/maintenance', (call) => {
    const node = theNode(ironic, call, call.request.params.ident)
    conductor.demandUnlocked(node)
    node.maintenance = true
    node.maintenanceReason = textAt(parsed(call.request.text()), 'reason') ?? null
    return { status: 202 }
  })
  on(ironic, 'DELETE /v1/nodes/{ident}/maintenance', (call) => {
    const node = theNode(ironic, call, call.request.params.ident)
    conductor.demandUnlocked(node)
    node.maintenance = false
    node.maintenanceReason = null
    node.fault = null
    return { status: 202 }
  })
  addTraitRoutes(ironic)
}

function addTraitRoutes(ironic: Ironic): void {
  const { url } = ironic
  on(ironic, 'GET /v1/nodes/{ident}/traits', (call) => ({
    json: { traits: theNode(ironic, call, call.request.params.ident).traits },
  }))
  on(ironic, 'PUT /v1/nodes/{ident}/traits', (call) => {
    const node = theNode(ironic, call, call.request.params.ident)
    const traits = listAt(bodyOf(call), 'traits').filter((trait) => typeof trait === 'string')
    const bad = traits.find((trait) => !/^CUSTOM_[A-Z0-9_]+$|^HW_/.test(trait))
    if (bad !== undefined) {
      const cause = `Possible root cause: '${bad}' does not match '^CUSTOM_[A-Z0-9_]+$'`
      throw refuse(400, `Schema error for body: '${bad}' is not valid under any of the given schemas. ${cause}`)
    }
    node.traits = [...traits].sort()
    return { status: 204 }
  })
  on(ironic, 'PUT /v1/nodes/{ident}/traits/{trait}', (call) => {
    const { ident, trait } = call.request.params
    const node = theNode(ironic, call, ident)
    node.traits = [...new Set([...node.traits, trait])].sort()
    return { status: 204, headers: { location: `${url}/v1/nodes/${ident}/traits/${trait}` } }
  })
  on(ironic, 'GET /v1/nodes/{ident}/ports', (call) => {
    const { ident } = call.request.params
    const node = theNode(ironic, call, ident)
    // By name this release looks for a port group.
    if (ident !== node.uuid) throw refuse(404, 'Portgroup None could not be found.')
    const ports = [...ironic.conductor.ports].filter(([, { nodeUuid }]) => nodeUuid === node.uuid)
    return {
      json: { ports: ports.map(([uuid, { address }]) => ({ uuid, address, links: links(url, `ports/${uuid}`) })) },
    }
  })
}

/** As the API has it: what a client patched replaces what the conductor has. */
function change({ conductor }: Ironic, node: FakeNode, after: Readonly<Record<string, unknown>>): void {
  const { instance_info: info, instance_uuid: instance, extra, driver_info: driverInfo, maintenance } = after
  if (isRecord(info)) node.instanceInfo = { ...info }
  if (isRecord(extra)) node.extra = extra
  if (isRecord(driverInfo)) node.driverInfo = driverInfo
  if (typeof maintenance === 'boolean') node.maintenance = maintenance
  if (typeof after['protected'] === 'boolean') node.isProtected = after['protected']
  if (typeof after['name'] === 'string') node.name = after['name']
  if (typeof after['resource_class'] === 'string') node.resourceClass = after['resource_class']
  if (typeof instance === 'string' && instance !== node.instanceUuid) {
    if (node.instanceUuid !== null) {
      throw refuse(409, `Node ${node.uuid} is associated with instance ${node.instanceUuid}.`)
    }
    const other = conductor.nodes().find((one) => one.instanceUuid === instance)
    if (other !== undefined)
      throw refuse(
        409,
        `Instance ${instance} is already associated with a node, it cannot be associated with this other node ${node.uuid}`,
      )
    node.instanceUuid = instance
  }
  if (instance === undefined && node.instanceUuid !== null) {
    const allowed = ['enroll', 'inspecting', 'inspect wait', 'manageable', 'available']
    if (node.allocationUuid !== null && !node.maintenance && !allowed.includes(node.provisionState)) {
      const told = `Node ${node.uuid} with an allocation can not have instance_uuid removed`
      const states = `unless it is in one of allowed (${allowed.join(', ')}) states or in maintenance mode.`
      throw refuse(409, `${told} ${states}`)
    }
    const allocation = conductor.allocation(node.allocationUuid ?? '')
    node.instanceUuid = null
    if (allocation !== undefined) conductor.release(allocation)
  }
  node.updatedAt = conductor.agenda.now()
}

function isWanted(node: FakeNode, query: URLSearchParams): boolean {
  const wants: readonly (readonly [string, string | null])[] = [
    ['provision_state', node.provisionState],
    ['resource_class', node.resourceClass],
    ['instance_uuid', node.instanceUuid],
    ['fault', node.fault],
    ['associated', String(node.instanceUuid !== null)],
    ['maintenance', String(node.maintenance)],
  ]
  return wants.every(([key, value]) => !query.has(key) || query.get(key)?.toLowerCase() === value)
}
