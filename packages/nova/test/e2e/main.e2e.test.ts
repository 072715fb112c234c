import { NotSuspendedError, type BuildRequest } from '@amphora/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudConfigIn, partsOf } from '@amphora/fake-openstack'
import { inNewProcess } from './child.ts'
import { bare, missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2 one',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHNlY29uZHNlY29uZHNlY29uZHNlY29uZHNlY29u two',
]

describe.skipIf(missing !== undefined)(`A server on a real Nova${skipped}`, () => {
  let site: Site
  let compute: NovaCompute
  let id: string
  beforeAll(async () => {
    site = await openSite()
    compute = await site.connect()
  })
  afterAll(() => site?.clear())

  const userData = '#!/bin/sh\necho "user\tdata" > /run/x\n'
  const files = { '/etc/amphora/a.conf': 'a = 1\n', '/etc/amphora/ü.txt': 'grün\r\n\u0000' }

  function full(name: string): BuildRequest {
    const { ids } = site.testbed
    return site.request(name, {
      keys: KEYS,
      secGroups: [ids.securityGroup],
      networkIds: [ids.networks.shared1, ids.networks.net1],
      configDriveFiles: files,
      userData,
      availabilityZone: 'nova',
      placementGroupId: `east/${ids.serverGroup}`,
    })
  }

  it('is built with everything that was asked for, and becomes active', async () => {
    const { ids } = site.testbed
    id = await compute.build(full(`${site.owner}-full`))
    const amphora = await compute.waitFor(id, 'active')
    expect(amphora).toMatchObject({
      id,
      name: `${site.owner}-full`,
      type: 'VM',
      status: { state: 'active', up: true, raw: 'ACTIVE' },
      flavor: 'm1.tiny',
      imageId: ids.images.tiny,
      availabilityZone: 'nova',
    })
    expect(amphora.addresses.map(({ networkId, family }) => [networkId, family])).toEqual([
      [ids.networks.shared1, 4],
      [ids.networks.net1, 4],
    ])
    expect(amphora.addresses.every(({ mac }) => mac?.startsWith('fa:16:3e'))).toBe(true)
    expect(Date.parse(amphora.createdAt ?? '')).toBeGreaterThan(Date.now() - 300_000)
  })

  it('is that server in the eyes of the OpenStack client', async () => {
    const { ids } = site.testbed
    const seen = await site.openstack<Record<string, unknown>>(
      ['--os-compute-api-version', '2.79', 'server', 'show', bare(id)],
      'admin',
    )
    expect(seen).toMatchObject({ status: 'ACTIVE', name: `${site.owner}-full`, config_drive: 'True' })
    expect(JSON.stringify(seen['flavor'])).toContain('m1.tiny')
    expect(JSON.stringify(seen['image'])).toContain(ids.images.tiny)
    expect(JSON.stringify(seen['security_groups'])).toContain('sg1')
    expect(seen['server_groups'] ?? [ids.serverGroup]).toContain(ids.serverGroup)
    expect(JSON.stringify(seen['addresses'])).toMatch(/net1/)
    expect(JSON.stringify(seen['addresses'])).toMatch(/shared1/)
    const document = Buffer.from(String(seen['OS-EXT-SRV-ATTR:user_data'] ?? seen['user_data']), 'base64')
    const config = cloudConfigIn(document)
    expect(partsOf(document)[0]?.bytes.toString()).toBe(userData)
    expect(config.ssh_authorized_keys).toEqual(KEYS)
    expect(config.write_files?.map(({ path, content }) => [path, content])).toEqual([
      ['/etc/amphora/a.conf', Buffer.from('a = 1\n').toString('base64')],
      ['/etc/amphora/ü.txt', Buffer.from('grün\r\n\u0000').toString('base64')],
    ])
  })

  it('is found by its name from a new process, which builds no second one', async () => {
    const code = `
      const found = await compute.getAmphora({ name: input.name })
      return [found.id, await compute.build(input)]`
    const name = `${site.owner}-full`
    await expect(
      inNewProcess(code, { owner: site.owner, options: site.options(), input: full(name) }),
    ).resolves.toEqual([id, id])
    await expect(compute.build({ ...full(name), keys: [] })).rejects.toMatchObject({ code: 'already-exists' })
    await expect(site.servers(name)).resolves.toHaveLength(1)
  })

  it('is suspended and resumed, each as Nova itself says', async () => {
    await compute.suspend(id)
    await compute.waitFor(id, 'suspended')
    expect(await site.servers(`${site.owner}-full`)).toMatchObject([{ Status: 'SUSPENDED' }])
    await compute.suspend(id)
    await compute.resume(id)
    await compute.waitFor(id, 'active')
    await expect(compute.resume(id)).rejects.toBeInstanceOf(NotSuspendedError)
  })

  it('that an operator paused is resumed too', async () => {
    await site.testbed.openstack(['server', 'pause', bare(id)])
    await compute.waitFor(id, 'suspended')
    await compute.resume(id)
    await expect(compute.waitFor(id, 'active')).resolves.toMatchObject({ status: { raw: 'ACTIVE' } })
  })

  it('gets another port and loses it', async () => {
    const { ids } = site.testbed
    const other = await compute.build(site.request(`${site.owner}-port`))
    const before = await compute.waitFor(other, 'active')
    const address = await compute.attachNetworkOrPort(other, { networkId: ids.networks.shared1 })
    expect(address).toMatchObject({ networkId: ids.networks.shared1, family: 4 })
    await expect(compute.attachNetworkOrPort(other, { networkId: ids.networks.shared1 })).resolves.toEqual(address)
    const { addresses } = await compute.getAmphora({ id: other })
    expect(addresses.map(({ ip }) => ip)).toEqual([...before.addresses.map(({ ip }) => ip), address.ip])
    await compute.detachPort(other, address.portId ?? '')
    await expect
      .poll(async () => (await compute.getAmphora({ id: other })).addresses.length, { timeout: 20_000 })
      .toBe(1)
    await compute.detachPort(other, address.portId ?? '')
    await compute.delete(other)
  })

  it('carries its ports by their ids where the option says so', async () => {
    const compute2 = await site.connect({ reportPorts: true })
    const amphora = await compute2.getAmphora({ id })
    expect(amphora.addresses.map(({ portId }) => portId?.length)).toEqual([36, 36])
  })

  it('is deleted, and neither it nor a port of it is left', async () => {
    const ports = () => site.openstack<readonly unknown[]>(['port', 'list', '--device-id', bare(id)])
    expect(await ports()).toHaveLength(2)
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
    await compute.delete(id)
    expect(await site.servers(`${site.owner}-full`)).toEqual([])
    expect(await ports()).toEqual([])
  })
})
