import type { Site } from '../site.ts'
import { database, logging, serviceLogin, tokenCheck } from './common.ts'
import { ini } from './ini.ts'

/** For the API and for the computes alike. */
export function novaConfiguration(site: Site): string {
  const file = `${site.folder}/etc/nova.conf`
  // Neither sudo nor rootwrap is there.
  const privileged = { helper_command: `/usr/bin/privsep-helper --config-file ${file}` }
  return ini({
    DEFAULT: {
      ...logging,
      transport_url: 'testbed://',
      compute_driver: 'fake.FakeDriver',
      // A server that asks for no zone goes to zone nova. That holds only when nova is a real zone, not the default one.
      default_availability_zone: 'unassigned',
      default_schedule_zone: 'nova',
      host: 'compute1',
      my_ip: '127.0.0.1',
      state_path: `${site.folder}/nova`,
      osapi_compute_listen: '127.0.0.1',
      osapi_compute_listen_port: 8774,
      osapi_compute_workers: 1,
      service_down_time: 300,
      periodic_fuzzy_delay: 0,
      vif_plugging_is_fatal: false,
      vif_plugging_timeout: 0,
    },
    api: { auth_strategy: 'keystone' },
    wsgi: { api_paste_config: `${site.folder}/python/paste/nova.ini` },
    database: database(site, 'nova_cell1'),
    api_database: database(site, 'nova_api'),
    oslo_concurrency: { lock_path: `${site.folder}/lock` },
    oslo_messaging_notifications: { driver: 'noop' },
    quota: { instances: 60, cores: 120, ram: 200_000, server_groups: 50, server_group_members: 50 },
    glance: { region_name: 'RegionOne' },
    placement: serviceLogin(site),
    neutron: serviceLogin(site),
    vnc: { enabled: false },
    libvirt: { virt_type: 'qemu', cpu_mode: 'none', connection_uri: 'qemu:///system' },
    nova_sys_admin: privileged,
    vif_plug_linux_bridge_privileged: privileged,
    scheduler: { discover_hosts_in_cells_interval: 2 },
    keystone_authtoken: tokenCheck(site),
  })
}
