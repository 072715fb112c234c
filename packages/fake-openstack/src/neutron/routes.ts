import type { FakeResponse, Handler, RouteTemplate } from '@amphora/conformance/fake-server'
import { requestId } from '../toolkit/ids.ts'
import { listAt, parsed, textAt } from '../toolkit/json.ts'
import type { FakeKeystone } from '../keystone/keystone.ts'
import type { FakeNeutron } from './neutron.ts'
import { listed } from './list.ts'
import { badRequest, NeutronRefusal, notFound } from './refusal.ts'
import type { FakePort } from './port.ts'
import { readPort } from './port-request.ts'
import { answered } from '../toolkit/refusal.ts'
import type { FakeIdentity } from '../keystone/token.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const DELETED: FakeResponse = { status: 204, headers: { 'content-length': '0' } }

/** What Neutron answers over HTTP. */
export function addNeutronRoutes(neutron: FakeNeutron, keystone: FakeKeystone): void {
  const { server, agenda } = neutron

  function route<const T extends RouteTemplate>(
    template: T,
    handler: (request: Parameters<Handler<T>>[0], identity: FakeIdentity) => FakeResponse,
  ): void {
    server.route(template, async (request) => {
      agenda.tick()
      const identity = keystone.authenticate(request)
      const answer = identity === undefined ? keystone.unauthorized() : await answered(() => handler(request, identity))
      return { ...answer, headers: { 'x-openstack-request-id': requestId(), ...answer.headers } }
    })
  }

  server.route('GET /', () => ({
    json: { versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${server.url}/v2.0/` }] }] },
  }))

  route('GET /v2.0/networks', ({ query }, identity) =>
    listed(
      'networks',
      seen(neutron.networks(), identity).map((one) => one.document()),
      query,
      server.url,
    ),
  )
  route('GET /v2.0/networks/{id}', ({ params: { id } }, identity) => {
    const network = seen(neutron.networks(), identity).find((one) => one.id === id)
    if (network === undefined) throw notFound('Network', id)
    return { json: { network: network.document() } }
  })
  route('GET /v2.0/security-groups', ({ query }, identity) => {
    const rows = neutron.securityGroups(identity.project?.id ?? '').map(({ document }) => document)
    return listed('security_groups', rows, query, server.url)
  })
  route('GET /v2.0/security-groups/{id}', ({ params: { id } }, identity) => {
    const found = neutron.securityGroups(identity.project?.id ?? '').find((group) => group.id === id)
    if (found === undefined) throw groupNotFound(id)
    return { json: { security_group: found.document } }
  })

  function thePort(id: string, identity: FakeIdentity): FakePort {
    const port = seen(neutron.ports(), identity).find((one) => one.id === id)
    if (port === undefined) throw notFound('Port', id)
    return port
  }

  function demandGroups(ids: readonly string[] = [], projectId: string): void {
    const known = new Set(neutron.securityGroups(projectId).map(({ id }) => id))
    const unknown = ids.find((id) => !known.has(id))
    if (unknown !== undefined) throw groupNotFound(unknown)
  }

  route('GET /v2.0/ports', ({ query }, identity) => {
    const rows = seen(neutron.ports(), identity).map((port) => port.document(identity.isAdmin))
    return listed('ports', rows, query, server.url)
  })
  route('POST /v2.0/ports', (request, identity) => {
    const body = parsed(request.text())
    const given = readPort(body, identity, 'create')
    const networkId = textAt(body, 'port', 'network_id')
    if (networkId === undefined)
      throw badRequest("Failed to parse request. Required attribute 'network_id' not specified")
    if (!UUID.test(networkId)) {
      throw badRequest(`Invalid input for network_id. Reason: '${networkId}' is not a valid UUID.`)
    }
    if (seen(neutron.networks(), identity).every(({ id }) => id !== networkId)) throw notFound('Network', networkId)
    const projectId = identity.project?.id ?? ''
    demandGroups(given.securityGroups, projectId)
    const port = neutron.createPort({ networkId, projectId, ...given })
    return { status: 201, json: { port: port.document(identity.isAdmin) } }
  })
  route('GET /v2.0/ports/{id}', ({ params: { id } }, identity) => ({
    json: { port: thePort(id, identity).document(identity.isAdmin) },
  }))
  route('PUT /v2.0/ports/{id}', (request, identity) => {
    const port = thePort(request.params.id, identity)
    const { addresses, macAddress, ...settings } = readPort(parsed(request.text()), identity, 'update')
    demandGroups(settings.securityGroups, port.projectId)
    const network = neutron.network(port.networkId)
    const kept = port.settings.fixedIps.filter((one) => addresses?.includes(one.ip_address))
    const fresh = addresses?.filter((address) => kept.every((one) => one.ip_address !== address)) ?? []
    const added = network === undefined ? [] : fresh.map((address) => neutron.addressOf(network, address))
    if (macAddress !== undefined) port.macAddress = macAddress
    neutron.updatePort(port, { ...settings, ...(addresses === undefined ? {} : { fixedIps: [...kept, ...added] }) })
    return { json: { port: port.document(identity.isAdmin) } }
  })
  route('DELETE /v2.0/ports/{id}', ({ params: { id } }, identity) => {
    neutron.deletePort(thePort(id, identity).id)
    return DELETED
  })

  function tagged(id: string, identity: FakeIdentity): FakePort {
    const port = seen(neutron.ports(), identity).find((one) => one.id === id)
    if (port !== undefined) return port
    throw new NeutronRefusal(404, 'TagResourceNotFound', `Resource ports ${id} could not be found.`)
  }

  function withTag(id: string, tag: string, identity: FakeIdentity): FakePort {
    const port = tagged(id, identity)
    if (port.tags.includes(tag)) return port
    throw new NeutronRefusal(404, 'TagNotFound', `Tag ${tag} could not be found.`)
  }

  function setTags(port: FakePort, tags: readonly string[]): void {
    port.tags = [...new Set(tags)].sort()
    port.touched(agenda.now())
  }

  route('GET /v2.0/ports/{id}/tags', ({ params: { id } }, identity) => ({ json: { tags: tagged(id, identity).tags } }))
  route('PUT /v2.0/ports/{id}/tags', (request, identity) => {
    const port = tagged(request.params.id, identity)
    const tags = listAt(parsed(request.text()), 'tags')
    const texts = tags.filter((tag) => typeof tag === 'string')
    setTags(port, texts)
    return { json: { tags: texts } }
  })
  route('DELETE /v2.0/ports/{id}/tags', ({ params: { id } }, identity) => {
    setTags(tagged(id, identity), [])
    return { status: 204 }
  })
  route('GET /v2.0/ports/{id}/tags/{tag}', ({ params: { id, tag } }, identity) => {
    withTag(id, tag, identity)
    return { status: 204 }
  })
  route('PUT /v2.0/ports/{id}/tags/{tag}', ({ params: { id, tag } }, identity) => {
    const port = tagged(id, identity)
    setTags(port, [...port.tags, tag])
    return { status: 201, json: null }
  })
  route('DELETE /v2.0/ports/{id}/tags/{tag}', ({ params: { id, tag } }, identity) => {
    const port = withTag(id, tag, identity)
    setTags(
      port,
      port.tags.filter((one) => one !== tag),
    )
    return { status: 204 }
  })
}

/** What somebody may know of. */
function seen<T extends { readonly projectId: string; readonly shared?: boolean }>(
  all: readonly T[],
  { project, isAdmin }: FakeIdentity,
): readonly T[] {
  return all.filter((one) => isAdmin || one.shared === true || one.projectId === project?.id)
}

function groupNotFound(id: string): NeutronRefusal {
  return new NeutronRefusal(404, 'SecurityGroupNotFound', `Security group ${id} does not exist`)
}
