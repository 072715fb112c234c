import type { Site } from '../site.ts'
import { database, logging, tokenCheck } from './common.ts'
import { ini } from './ini.ts'

/** Addresses come from Neutron itself. There is no agent: no DHCP, no routers, no metadata service. */
export function neutronConfiguration(site: Site): string {
  return ini({
    DEFAULT: {
      ...logging,
      transport_url: 'fake://',
      core_plugin: 'ml2',
      service_plugins: '',
      auth_strategy: 'keystone',
      state_path: `${site.folder}/neutron`,
      api_paste_config: `${site.folder}/python/paste/neutron.ini`,
      notify_nova_on_port_status_changes: false,
      notify_nova_on_port_data_changes: false,
      dhcp_agent_notification: false,
    },
    database: database(site, 'neutron'),
    oslo_concurrency: { lock_path: `${site.folder}/lock` },
    quotas: { quota_port: 500 },
    ml2: {
      type_drivers: 'local,flat,vlan',
      tenant_network_types: 'local',
      mechanism_drivers: 'testbed',
      extension_drivers: 'port_security',
    },
    ml2_type_flat: { flat_networks: '*' },
    securitygroup: { enable_security_group: true, firewall_driver: 'noop' },
    keystone_authtoken: tokenCheck(site),
  })
}
