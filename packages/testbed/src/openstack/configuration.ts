import { glanceConfiguration } from './configuration/glance.ts'
import { ironicConfiguration, ironicNoauthConfiguration } from './configuration/ironic.ts'
import { keystoneConfiguration } from './configuration/keystone.ts'
import { libvirtdConfiguration, qemuConfiguration } from './configuration/libvirt.ts'
import { neutronConfiguration } from './configuration/neutron.ts'
import { novaConfiguration } from './configuration/nova.ts'
import { placementConfiguration } from './configuration/placement.ts'
import type { Site } from './site.ts'

/** Every configuration file by its path within the site. */
export function configurationFiles(site: Site): Readonly<Record<ConfigurationPath, string>> {
  return {
    'etc/keystone.conf': keystoneConfiguration(site),
    'etc/placement/placement.conf': placementConfiguration(site),
    'etc/glance/glance-api.conf': glanceConfiguration(site),
    'etc/glance/glance-api-paste.ini': '', // Glance does not start without it, and reads paste/glance.ini
    'etc/neutron.conf': neutronConfiguration(site),
    'etc/nova.conf': novaConfiguration(site),
    'etc/ironic.conf': ironicConfiguration(site),
    'etc/ironic-noauth.conf': ironicNoauthConfiguration(site),
    'etc/libvirt/libvirtd.conf': libvirtdConfiguration,
    'etc/libvirt/qemu.conf': qemuConfiguration,
  }
}

export type ConfigurationPath =
  | 'etc/keystone.conf'
  | 'etc/placement/placement.conf'
  | 'etc/glance/glance-api.conf'
  | 'etc/glance/glance-api-paste.ini'
  | 'etc/neutron.conf'
  | 'etc/nova.conf'
  | 'etc/ironic.conf'
  | 'etc/ironic-noauth.conf'
  | 'etc/libvirt/libvirtd.conf'
  | 'etc/libvirt/qemu.conf'
