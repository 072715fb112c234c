import type { Site } from '../site.ts'
import { database, logging, serviceLogin, tokenCheck } from './common.ts'
import { ini, type IniSection } from './ini.ts'

/** The Ironic of the catalog, which asks Keystone about its callers. */
export function ironicConfiguration(site: Site): string {
  const others = ['service_catalog', 'glance', 'neutron', 'nova', 'inspector']
  return ini({
    ...common(site, 'ironic', 'keystone', 6385),
    keystone_authtoken: tokenCheck(site),
    ...Object.fromEntries(others.map((name) => [name, serviceLogin(site)])),
  })
}

/** The Ironic that stands alone and lets everybody in. */
export function ironicNoauthConfiguration(site: Site): string {
  return ini(common(site, 'ironic-noauth', 'noauth', 6386))
}

function common(
  site: Site,
  name: string,
  authStrategy: 'keystone' | 'noauth',
  port: number,
): Readonly<Record<string, IniSection>> {
  return {
    DEFAULT: {
      ...logging,
      auth_strategy: authStrategy,
      rpc_transport: 'none',
      host: name,
      my_ip: '127.0.0.1',
      state_path: `${site.folder}/${name}`,
      enabled_hardware_types: 'fake-hardware',
      enabled_bios_interfaces: 'no-bios,fake',
      enabled_boot_interfaces: 'fake',
      enabled_console_interfaces: 'no-console,fake',
      enabled_deploy_interfaces: 'testbed,fake',
      enabled_inspect_interfaces: 'no-inspect,fake',
      enabled_management_interfaces: 'fake,noop',
      enabled_network_interfaces: 'noop',
      enabled_power_interfaces: 'testbed,fake',
      enabled_raid_interfaces: 'no-raid,fake',
      enabled_rescue_interfaces: 'no-rescue,fake',
      enabled_storage_interfaces: 'noop,fake',
      enabled_vendor_interfaces: 'no-vendor,fake',
      default_network_interface: 'noop',
      default_deploy_interface: 'testbed',
      default_power_interface: 'testbed',
      default_boot_interface: 'fake',
    },
    api: { host_ip: '127.0.0.1', port, api_workers: 1 },
    // A power state that is lost shows within ten seconds, and one that is back within five.
    conductor: {
      automated_clean: false,
      sync_power_state_interval: 5,
      power_state_sync_max_retries: 1,
      power_failure_recovery_interval: 5,
      node_locked_retry_attempts: 1,
      workers_pool_size: 20,
    },
    database: database(site, name),
    oslo_concurrency: { lock_path: `${site.folder}/lock` },
    dhcp: { dhcp_provider: 'none' },
    pxe: { tftp_root: `${site.folder}/${name}/tftp`, tftp_master_path: `${site.folder}/${name}/tftp_master` },
    deploy: { http_root: `${site.folder}/${name}/http` },
  }
}
