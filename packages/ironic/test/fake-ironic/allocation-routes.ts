import { randomUUID } from 'node:crypto'
import { isRecord, listAt, pythonText, textAt } from '@amphora/fake-openstack'
import type { AllocationRequest } from './allocation.ts'
import { bodyOf, on, sees, theAllocation, theNode, type Call, type Ironic } from './call.ts'
import { cut, listed } from './paging.ts'
import { noAllocation, refuse, refusePlainly } from './refuse.ts'
import { allocationView } from './views.ts'

/** Allocations came with 1.52. */
const SINCE = 52
const FIELDS = new Set(['candidate_nodes', 'extra', 'name', 'node', 'owner', 'resource_class', 'traits', 'uuid'])
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `/v1/allocations`. */
export function addAllocationRoutes(ironic: Ironic): void {
  const { conductor, url } = ironic

  on(ironic, 'GET /v1/allocations', (call) => {
    demandVersion(call)
    const { query } = call.request
    const state = query.get('state')
    const rows = conductor
      .allocations()
      .filter((one) => sees(call, one.request.owner) && (state === null || one.state === state))
    return listed(ironic, call, {
      collection: 'allocations',
      path: 'allocations',
      rows,
      uuidOf: ({ uuid }) => uuid,
      view: (row) => allocationView(row, url),
      absent: noAllocation,
    })
  })
  on(ironic, 'POST /v1/allocations', (call) => {
    demandVersion(call)
    const body = bodyOf(call)
    const request = readRequest(ironic, call, body)
    const node = textAt(body, 'node')
    if (node !== undefined) return conductor.backfill(request, theNode(ironic, call, node))
    const made = conductor.allocate(request)
    return {
      status: 201,
      headers: { location: `${url}/v1/allocations/${made.uuid}` },
      json: allocationView(made, url),
    }
  })
  on(ironic, 'GET /v1/allocations/{ident}', (call) => {
    demandVersion(call)
    const view = allocationView(theAllocation(ironic, call, call.request.params.ident), url)
    const fields = call.request.query.get('fields')?.split(',')
    return { json: fields === undefined ? view : cut(view, fields) }
  })
  on(ironic, 'DELETE /v1/allocations/{ident}', (call) => {
    demandVersion(call)
    conductor.release(theAllocation(ironic, call, call.request.params.ident))
    return { status: 204 }
  })
}

function demandVersion({ request, minor }: Call): void {
  if (minor >= SINCE) return
  const message = 'The API version does not allow allocations'
  const isRead = request.method === 'GET'
  throw refusePlainly(isRead ? 404 : 405, isRead ? 'Not Found' : 'Method Not Allowed', message, false)
}

function readRequest(
  { conductor }: Ironic,
  { identity }: Call,
  body: Readonly<Record<string, unknown>>,
): AllocationRequest {
  const strange = Object.keys(body).find((key) => !FIELDS.has(key))
  if (strange !== undefined) {
    const because = `Additional properties are not allowed ('${strange}' was unexpected)`
    throw refuse(400, `Schema error for allocation: ${because}`)
  }
  const traits = listAt(body, 'traits').filter((trait) => typeof trait === 'string')
  const bad = traits.find((trait) => !/^CUSTOM_[A-Z0-9_]+$|^HW_/.test(trait))
  if (bad !== undefined) {
    const told = pythonText(bad)
    const cause = `Possible root cause: ${told} does not match '^CUSTOM_[A-Z0-9_]+$'`
    throw refuse(400, `Schema error for allocation: ${told} is not valid under any of the given schemas. ${cause}`)
  }
  const uuid = textAt(body, 'uuid') ?? randomUUID()
  if (!UUID.test(uuid)) throw refuse(400, `Expected UUID for uuid: ${uuid}`)
  const name = textAt(body, 'name') ?? null
  if (name !== null && !/^[\w.~-]{1,255}$/.test(name)) {
    throw refuse(400, `Cannot create allocation with invalid name '${name}'`)
  }
  const resourceClass = textAt(body, 'resource_class')
  if (resourceClass === undefined && textAt(body, 'node') === undefined) {
    throw refuse(400, 'The resource_class field is mandatory when not backfilling')
  }
  const idents = listAt(body, 'candidate_nodes').filter((ident) => typeof ident === 'string')
  const missing = idents.filter((ident) => conductor.node(ident) === undefined)
  if (missing.length > 0) throw refuse(400, `Nodes cannot be found: ${missing.join(', ')}`)
  const extra = body['extra']
  return {
    uuid,
    name,
    resourceClass: resourceClass ?? '',
    traits,
    candidates: idents.flatMap((ident) => conductor.node(ident)?.uuid ?? []),
    extra: isRecord(extra) ? extra : {},
    owner: identity === undefined || identity.isAdmin ? null : (identity.project?.id ?? null),
  }
}
