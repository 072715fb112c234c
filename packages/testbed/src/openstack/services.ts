import { computeHosts } from './compute-hosts.ts'
import { type EndpointName, endpoints } from './endpoints.ts'
import type { SitePath } from './site-files.ts'
import type { Site } from './site.ts'

/**
 * `nova` is Nova's API; `nova-compute` is the rest of it: conductor, scheduler and all computes. `libvirtd` runs only
 * where a hypervisor was asked for.
 */
export type ServiceName = EndpointName | 'nova-compute' | 'libvirtd'

/** One process that the testbed runs. */
export interface Service {
  readonly name: ServiceName
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
  /** The files of the site that it reads at its start: when one of them changes, `up` starts the service anew. */
  readonly reads: readonly SitePath[]
  /** An `http:` address, or the path of a unix socket. */
  readonly address: string
  readonly port?: number
}

export interface ServiceOptions {
  readonly hypervisor: boolean
}

/** All services in the order in which they depend on each other. */
export function servicesOf(site: Site, { hypervisor }: ServiceOptions): readonly Service[] {
  const { folder } = site
  const messaging = { TESTBED_MESSAGING: `${folder}/run/nova-compute.sock` }
  const hosts = computeHosts({ hypervisor }).map(({ spec }) => spec)
  const all: readonly Service[] = [
    {
      ...wsgi('keystone', 'keystone.server.wsgi:initialize_public_application()'),
      environment: { OS_KEYSTONE_CONFIG_FILES: `${folder}/etc/keystone.conf` },
      reads: ['etc/keystone.conf'],
    },
    {
      ...wsgi('placement', 'placement.wsgi:init_application()'),
      environment: { OS_PLACEMENT_CONFIG_DIR: `${folder}/etc/placement` },
      reads: ['etc/placement/placement.conf'],
    },
    {
      ...wsgi('glance', 'glance.common.wsgi_app:init_app()'),
      environment: { OS_GLANCE_CONFIG_DIR: `${folder}/etc/glance` },
      reads: ['etc/glance/glance-api.conf', 'python/paste/glance.ini'],
    },
    {
      ...wsgi('neutron', 'neutron.cmd.eventlet.server:main_api_eventlet()'),
      environment: { OS_NEUTRON_CONFIG_FILES: `${folder}/etc/neutron.conf` },
      reads: ['etc/neutron.conf', 'python/paste/neutron.ini', 'python/testbed_ml2.py'],
    },
    {
      name: 'libvirtd',
      // It sees the site's configuration in place of the machine's, and nobody else does.
      command: [
        '/usr/bin/unshare',
        '--mount',
        '/bin/sh',
        '-c',
        `mount --bind ${folder}/etc/libvirt /etc/libvirt && exec libvirtd -f ${folder}/etc/libvirt/libvirtd.conf`,
      ],
      environment: {},
      address: '/run/libvirt/libvirt-sock',
      reads: ['etc/libvirt/libvirtd.conf', 'etc/libvirt/qemu.conf'],
    },
    {
      name: 'nova-compute',
      command: [python, `${folder}/python/nova_compute.py`, '--config-file', `${folder}/etc/nova.conf`],
      environment: { NOVA_COMPUTES: hosts.join(','), ...messaging },
      address: `${folder}/run/nova-compute.sock`,
      reads: ['etc/nova.conf', 'python/nova_compute.py', 'python/testbed_messaging.py', 'python/testbed_sqlite.py'],
    },
    {
      ...script('nova', 'from nova.cmd.api_os_compute import main; main()', `${folder}/etc/nova.conf`),
      environment: messaging,
      reads: ['etc/nova.conf', 'python/paste/nova.ini', 'python/testbed_messaging.py', 'python/testbed_sqlite.py'],
    },
    {
      ...script('ironic', 'from ironic.cmd.singleprocess import main; main()', `${folder}/etc/ironic.conf`),
      environment: {},
      reads: ['etc/ironic.conf', 'python/testbed_ironic.py'],
    },
    {
      ...script(
        'ironic-noauth',
        'from ironic.cmd.singleprocess import main; main()',
        `${folder}/etc/ironic-noauth.conf`,
      ),
      environment: {},
      reads: ['etc/ironic-noauth.conf', 'python/testbed_ironic.py'],
    },
  ]
  return all.filter(({ name }) => hypervisor || name !== 'libvirtd')
}

/** Debian's own interpreter: another one lacks Debian's packages. */
export const python = '/usr/bin/python3'

type Started = Pick<Service, 'name' | 'command' | 'address' | 'port'>

/** A service that uwsgi runs, in one process with one thread. */
function wsgi(name: EndpointName, module: string): Started {
  const { hostname, port } = new URL(endpoints[name])
  const flags = '--need-app --single-interpreter --enable-threads --die-on-term --disable-logging'.split(' ')
  const where = ['--plugins', 'python3', '--http-socket', `${hostname}:${port}`, '--module', module]
  const limits = ['--buffer-size', '65535', '--listen', '100', '--add-header', 'Connection: close']
  return { ...answering(name), command: ['/usr/bin/uwsgi', ...where, ...flags, ...limits] }
}

/** A service that brings its own HTTP server. */
function script(name: EndpointName, code: string, configuration: string): Started {
  return { ...answering(name), command: [python, '-c', code, '--config-file', configuration] }
}

function answering(name: EndpointName): Pick<Service, 'name' | 'address' | 'port'> {
  return { name, address: endpoints[name], port: Number(new URL(endpoints[name]).port) }
}
