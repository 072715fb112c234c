import { expect, it } from 'vitest'
import { openstackStatusLines } from './status.ts'

it('shows for each service whether it answers and who started it', () => {
  const services = [
    { name: 'keystone', address: 'http://127.0.0.1:5000/v3', answers: true, ownPid: 4711 },
    { name: 'glance', address: 'http://127.0.0.1:9292', answers: false, ownPid: 4712 },
    { name: 'nova-compute', address: '/srv/openstack/run/nova-compute.sock', answers: false },
    { name: 'ironic', address: 'http://127.0.0.1:6385', answers: true },
  ] as const
  expect(openstackStatusLines({ folder: '/srv/openstack', services, up: false })).toEqual([
    "the testbed's OpenStack in /srv/openstack",
    'keystone answers at http://127.0.0.1:5000/v3, pid 4711',
    'glance does not answer at http://127.0.0.1:9292, pid 4712',
    'nova-compute does not answer at /srv/openstack/run/nova-compute.sock',
    'ironic answers at http://127.0.0.1:6385, not started by the testbed',
  ])
})
