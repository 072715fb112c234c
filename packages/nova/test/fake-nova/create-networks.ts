import { at, listAt, textAt, type FakeNetwork } from '@amphora/fake-openstack'
import type { Call, Nova } from './call.ts'
import type { WantedNic } from './instance.ts'
import { refuse } from './refuse.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The networks and ports that a request names, checked against Neutron. */
export function wantedNics(nova: Nova, call: Call, server: unknown): readonly WantedNic[] {
  const networks = at(server, 'networks')
  if (networks === 'none') return []
  const asked = listAt(server, 'networks')
  if (asked.length === 0) return theOnlyNetwork(nova, call)
  const nics = asked.map((entry) => nicOf(nova, call, entry))
  demandPorts(nova, call, nics)
  return nics
}

function nicOf({ compute }: Nova, call: Call, entry: unknown): WantedNic {
  const portId = textAt(entry, 'port')
  if (portId !== undefined) {
    const port = compute.neutron.port(portId)
    if (port === undefined || (port.projectId !== call.identity.project?.id && !call.identity.isAdmin)) {
      throw refuse(400, `Port id ${portId} could not be found.`)
    }
    if (port.settings.deviceId !== '') throw refuse(409, `Port ${portId} is still in use.`)
    return { portId }
  }
  const networkId = textAt(entry, 'uuid') ?? ''
  if (!UUID.test(networkId)) {
    throw refuse(400, `Bad networks format: network uuid is not in proper format (${networkId})`)
  }
  if (usable({ compute }, call).every(({ id }) => id !== networkId)) {
    throw refuse(400, `Network ${networkId} could not be found.`)
  }
  const fixedIp = textAt(entry, 'fixed_ip')
  return { networkId, ...(fixedIp === undefined ? {} : { fixedIp }) }
}

/** Where a request names none: the one that there is. */
export function theOnlyNetwork(nova: Nova, call: Call, status = 409): readonly WantedNic[] {
  const all = usable(nova, call)
  if (all.length > 1) {
    throw refuse(status, 'Multiple possible networks found, use a Network ID to be more specific.')
  }
  return all.map(({ id }) => ({ networkId: id }))
}

/** A project's own networks and those that all share. */
export function usable({ compute }: Pick<Nova, 'compute'>, { identity }: Call): readonly FakeNetwork[] {
  return compute.neutron
    .networks()
    .filter(({ projectId, shared }) => shared || identity.isAdmin || projectId === identity.project?.id)
}

function demandPorts({ compute }: Nova, { identity }: Call, nics: readonly WantedNic[]): void {
  const fresh = nics.filter(({ networkId }) => networkId !== undefined).length
  const used = compute.neutron.ports().filter(({ projectId }) => projectId === identity.project?.id).length
  if (fresh > 0 && used + fresh > compute.neutron.quota.port) throw refuse(403, 'Maximum number of ports exceeded')
}

/** Ids of the groups that a request names by name or id; `undefined` where it names none. */
export function wantedSecurityGroups(
  { compute }: Nova,
  { identity }: Call,
  server: unknown,
): readonly string[] | undefined {
  const wanted = listAt(server, 'security_groups').map((group) => textAt(group, 'name') ?? '')
  if (wanted.length === 0) return undefined
  const known = compute.neutron.securityGroups(identity.project?.id ?? '')
  return wanted.map((nameOrId) => {
    const found = known.find(({ id, name }) => id === nameOrId || name === nameOrId)
    if (found === undefined) throw refuse(400, `Unable to find security_group with name or id '${nameOrId}'`)
    return found.id
  })
}
