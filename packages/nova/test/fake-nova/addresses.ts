import type { FakeNeutron, FakePort, JsonRecord } from '@amphora/fake-openstack'

/** `addresses` of a server, by the name of the network: two networks of one name share an entry. */
export function addressesOf(neutron: FakeNeutron, ports: readonly FakePort[]): JsonRecord {
  const found: Record<string, JsonRecord[]> = {}
  for (const port of ports) {
    const list = (found[neutron.network(port.networkId)?.name ?? ''] ??= [])
    for (const { ip_address: addr } of port.settings.fixedIps) {
      list.push({
        version: addr.includes(':') ? 6 : 4,
        addr,
        'OS-EXT-IPS:type': 'fixed',
        'OS-EXT-IPS-MAC:mac_addr': port.macAddress,
      })
    }
  }
  return found
}
