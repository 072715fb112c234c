import { at, isRecord, listAt, textAt } from '../toolkit/json.ts'
import { badRequest, NeutronRefusal } from './refusal.ts'
import type { PortSettings } from './port.ts'
import type { FakeIdentity } from '../keystone/token.ts'

/** What a request says of a port; what it does not say is left out. */
export interface PortRequest extends Partial<Omit<PortSettings, 'fixedIps'>> {
  readonly macAddress?: string
  readonly addresses?: readonly string[]
}

const ATTRIBUTES = new Set([
  'name',
  'description',
  'device_id',
  'device_owner',
  'admin_state_up',
  'fixed_ips',
  'security_groups',
  'mac_address',
  'network_id',
  'tenant_id',
  'project_id',
  'binding:host_id',
  'binding:vnic_type',
  'binding:profile',
  'extra_dhcp_opts',
  'allowed_address_pairs',
  'port_security_enabled',
  'tags',
])

/** Those whose values only an administrator sets. */
const FOR_ADMINS = ['binding:host_id', 'binding:profile']

export function readPort(body: unknown, { isAdmin }: FakeIdentity, verb: 'create' | 'update'): PortRequest {
  const port = at(body, 'port')
  if (!isRecord(port)) throw badRequest(`Unable to find 'port' in request body`)
  const unknown = Object.keys(port).find((key) => !ATTRIBUTES.has(key))
  if (unknown !== undefined) throw badRequest(`Unrecognized attribute(s) '${unknown}'`)
  const forbidden = FOR_ADMINS.find((key) => Object.hasOwn(port, key))
  if (forbidden !== undefined && !isAdmin) {
    const message = `(rule:${verb}_port and rule:${verb}_port:${forbidden}) is disallowed by policy`
    throw new NeutronRefusal(403, 'PolicyNotAuthorized', message)
  }
  const texts = {
    name: textAt(port, 'name'),
    description: textAt(port, 'description'),
    deviceId: textAt(port, 'device_id'),
    deviceOwner: textAt(port, 'device_owner'),
    macAddress: textAt(port, 'mac_address'),
    hostId: textAt(port, 'binding:host_id'),
    vnicType: textAt(port, 'binding:vnic_type'),
  }
  const profile = at(port, 'binding:profile')
  const up = at(port, 'admin_state_up')
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(typeof up === 'boolean' ? { adminStateUp: up } : {}),
    ...(isRecord(profile) ? { profile } : {}),
    ...(Object.hasOwn(port, 'security_groups') ? { securityGroups: textsIn(listAt(port, 'security_groups')) } : {}),
    ...(Object.hasOwn(port, 'extra_dhcp_opts') ? { extraDhcpOptions: listAt(port, 'extra_dhcp_opts') } : {}),
    ...(Object.hasOwn(port, 'allowed_address_pairs')
      ? { allowedAddressPairs: listAt(port, 'allowed_address_pairs') }
      : {}),
    ...addressesIn(port),
  }
}

function addressesIn(port: unknown): Pick<PortRequest, 'addresses'> {
  const addresses = textsIn(listAt(port, 'fixed_ips').map((one) => textAt(one, 'ip_address')))
  for (const address of addresses) {
    if (!/^[\d.]+$|^[\da-f:]+$/i.test(address)) {
      throw badRequest(`Invalid input for fixed_ips. Reason: '${address}' is not a valid IP address.`)
    }
  }
  return addresses.length === 0 ? {} : { addresses }
}

function textsIn(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string')
}
