import { expect, it } from 'vitest'
import { configurationFiles } from './configuration.ts'

const site = { folder: '/srv/testbed/openstack', password: 'not-a-word' }
const files = configurationFiles(site)

it.each([
  ['etc/keystone.conf', '[database]\nconnection = sqlite:////srv/testbed/openstack/db/keystone.sqlite'],
  ['etc/keystone.conf', '[fernet_tokens]\nkey_repository = /srv/testbed/openstack/keystone/fernet\n'],
  ['etc/placement/placement.conf', '[placement_database]\nconnection = sqlite:////srv/testbed/openstack/db/placement.'],
  ['etc/glance/glance-api.conf', '[fs]\nfilesystem_store_datadir = /srv/testbed/openstack/glance/images\n'],
  ['etc/glance/glance-api.conf', 'config_file = /srv/testbed/openstack/python/paste/glance.ini\n'],
  ['etc/neutron.conf', 'mechanism_drivers = testbed\n'],
  ['etc/neutron.conf', '[quotas]\nquota_port = 500\n'],
  ['etc/nova.conf', 'transport_url = testbed://\n'],
  [
    'etc/nova.conf',
    '[quota]\ninstances = 60\ncores = 120\nram = 200000\nserver_groups = 50\nserver_group_members = 50\n',
  ],
  ['etc/nova.conf', '[api_database]\nconnection = sqlite:////srv/testbed/openstack/db/nova_api.sqlite'],
  ['etc/ironic.conf', 'auth_strategy = keystone\n'],
  ['etc/ironic-noauth.conf', 'auth_strategy = noauth\n'],
] as const)('%s says %s', (path, text) => {
  expect(files[path]).toContain(text)
})

it('lets nothing listen beyond this machine', () => {
  expect(files['etc/nova.conf']).toContain('osapi_compute_listen = 127.0.0.1\n')
  expect(files['etc/ironic.conf']).toContain('[api]\nhost_ip = 127.0.0.1\nport = 6385\n')
  expect(files['etc/ironic-noauth.conf']).toContain('[api]\nhost_ip = 127.0.0.1\nport = 6386\n')
  expect(Object.values(files).join('\n')).not.toMatch(/0\.0\.0\.0|\[::\]/)
})

it('gives the password to those who log in, and to nobody else', () => {
  const knowing = Object.entries(files).filter(([, text]) => text.includes('password = not-a-word'))
  expect(knowing.map(([path]) => path)).toEqual([
    'etc/placement/placement.conf',
    'etc/glance/glance-api.conf',
    'etc/neutron.conf',
    'etc/nova.conf',
    'etc/ironic.conf',
  ])
})

it('gives each service a database of its own', () => {
  const urls = Object.values(files).flatMap((text) =>
    [...text.matchAll(/^connection = (.*)$/gm)].map((match) => match[1]),
  )
  expect(urls).toHaveLength(8)
  expect(new Set(urls).size).toBe(8)
})
