import { expect, it } from 'vitest'
import { endpoints } from './endpoints.ts'
import { servicesOf } from './services.ts'
import { siteFiles } from './site-files.ts'

const site = { folder: '/srv/testbed/openstack', password: 'not-a-word' }

it('has a service for each endpoint, and Nova without its API', () => {
  const names = servicesOf(site, { hypervisor: false }).map(({ name }) => name)
  expect([...names].sort()).toEqual([...Object.keys(endpoints), 'nova-compute'].sort())
})

it('runs libvirtd, and a host on it, only where a hypervisor was asked for', () => {
  const hosts = (hypervisor: boolean) =>
    servicesOf(site, { hypervisor }).find(({ name }) => name === 'nova-compute')?.environment['NOVA_COMPUTES']
  expect(hosts(false)).toBe('compute1,compute2,small1:fake.SmallFakeDriver,abort1:fake.FakeBuildAbortDriver')
  expect(hosts(true)).toBe(`${hosts(false)},libvirt1:libvirt.LibvirtDriver`)
  expect(servicesOf(site, { hypervisor: true }).map(({ name }) => name)).toContain('libvirtd')
})

it('starts every service on files that the testbed writes', async () => {
  const files = await siteFiles(site)
  const read = servicesOf(site, { hypervisor: true }).flatMap(({ reads }) => reads)
  expect(read.filter((path) => files[path] === undefined)).toEqual([])
})

it('binds every port to this machine alone, each once', () => {
  const listening = servicesOf(site, { hypervisor: false }).filter(({ port }) => port !== undefined)
  expect(listening.map(({ port }) => port)).toEqual([5000, 8778, 9292, 9696, 8774, 6385, 6386])
  for (const { address, port } of listening) expect(new URL(address).host).toBe(`127.0.0.1:${port}`)
})

it('shows no password on a command line', () => {
  expect(JSON.stringify(servicesOf(site, { hypervisor: true }))).not.toContain(site.password)
})
