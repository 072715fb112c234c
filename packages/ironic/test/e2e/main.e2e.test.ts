import { NotSuspendedError } from '@amphora/core'
import { cloudConfigIn, partsOf, textAt } from '@amphora/fake-openstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bare, missing, openSite, removed, type IronicCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2 one',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHNlY29uZHNlY29uZHNlY29uZHNlY29uZHNlY29u two',
]

describe.skipIf(missing !== undefined)(`A machine on a real Ironic${skipped}`, () => {
  let site: Site
  let compute: IronicCompute
  let id: string
  let node: string
  beforeAll(async () => {
    site = await openSite()
    const gold = {
      resourceClass: 'baremetal',
      traits: ['CUSTOM_GOLD'],
      rootGb: 10,
      capabilities: { boot_option: 'local' },
    }
    compute = await site.connect({ flavors: { gold } })
  })
  afterAll(() => site?.clear())

  const userData = '#!/bin/sh\necho "user\tdata" > /run/x\n'
  const files = { '/etc/amphora/a.conf': 'a = 1\n', '/etc/amphora/ü.txt': 'grün\r\n' }
  const name = (): string => `${site.owner}-full`

  it('is built with everything that was asked for, and becomes active', async () => {
    const { ids } = site.testbed
    const request = site.request(name(), {
      flavor: 'gold',
      keys: KEYS,
      networkIds: [ids.networks.shared1, ids.networks.net1],
      configDriveFiles: files,
      userData,
    })
    id = await compute.build(request)
    const amphora = await compute.waitFor(id, 'active')
    expect(amphora).toMatchObject({
      id,
      name: name(),
      type: 'BareMetal',
      status: { state: 'active', up: true, raw: 'active/power on' },
      flavor: 'baremetal',
      imageId: ids.images.tiny,
    })
    expect(amphora.addresses.map(({ networkId, family }) => [networkId, family])).toEqual([
      [ids.networks.shared1, 4],
      [ids.networks.net1, 4],
    ])
    expect(Date.parse(amphora.createdAt ?? '')).toBeGreaterThan(Date.now() - 300_000)
    expect(await compute.build(request)).toBe(id)
  })

  it('is that node in the eyes of the OpenStack client, one with the trait', async () => {
    const seen = await site.nodeOf(id)
    node = String(seen['uuid'])
    expect(seen).toMatchObject({
      provision_state: 'active',
      power_state: 'power on',
      instance_uuid: bare(id),
      allocation_uuid: bare(id),
      maintenance: false,
    })
    expect(['node-1', 'node-2']).toContain(seen['name'])
    expect(seen['instance_info']).toMatchObject({
      image_source: site.testbed.ids.images.tiny,
      root_gb: 10,
      display_name: name(),
      capabilities: { boot_option: 'local' },
      traits: ['CUSTOM_GOLD'],
      configdrive: '******',
      [`amphora_${bare(id)}`]: { owner: site.owner, name: name() },
    })
    const allocation = await site.openstack<Record<string, unknown>>('baremetal', 'allocation', 'show', bare(id))
    expect(allocation).toMatchObject({ name: `${site.owner}-${name()}`, state: 'active', node_uuid: node })
  })

  it('has its config drive on the conductor: name, keys, files and user data', async () => {
    const { instance_info: info, drive } = await site.kept(node)
    expect(textAt(info, 'configdrive', 'meta_data', 'uuid')).toBe(bare(id))
    const meta = JSON.parse(drive['/openstack/latest/meta_data.json'] ?? '{}') as Record<string, unknown>
    expect(meta).toMatchObject({ uuid: bare(id), name: name(), hostname: name() })
    expect(meta['public_keys']).toEqual({ 'key-0': KEYS[0], 'key-1': KEYS[1] })
    const document = Buffer.from(drive['/openstack/latest/user_data'] ?? '')
    expect(partsOf(document)[0]?.bytes.toString()).toBe(userData)
    const config = cloudConfigIn(document)
    expect(config.ssh_authorized_keys).toEqual(KEYS)
    expect(config.write_files?.map(({ path, content }) => [path, Buffer.from(content, 'base64').toString()])).toEqual(
      Object.entries(files),
    )
  })

  it('has ports in Neutron that are named and tagged for it', async () => {
    const ports = await site.openstack<readonly Record<string, unknown>[]>(
      'port',
      'list',
      '--device-id',
      bare(id),
      '--long',
    )
    expect(ports.map((port) => String(port['Name'])).toSorted()).toEqual([
      `amphora-${bare(id)}-0`,
      `amphora-${bare(id)}-1`,
    ])
    for (const port of ports) expect(port['Tags']).toEqual([`amphora:${bare(id)}`, `amphora:${site.owner}`].toSorted())
  })

  it('is found by name and listed, told the same each time', async () => {
    const first = await compute.getAmphora({ id })
    expect(await compute.getAmphora({ name: name() })).toEqual(first)
    const listed: unknown[] = []
    for await (const amphora of compute.list()) listed.push(amphora)
    expect(listed).toEqual([first])
  })

  it('is suspended by being powered off under our mark, and resumed', async () => {
    await compute.suspend(id)
    await compute.suspend(id)
    await compute.waitFor(id, 'suspended')
    expect(await site.node(node)).toMatchObject({ power_state: 'power off', provision_state: 'active' })
    await compute.resume(id)
    await compute.waitFor(id, 'active')
    expect(await site.node(node)).toMatchObject({ power_state: 'power on' })
    const error = await compute.resume(id).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(NotSuspendedError)
  })

  it('that somebody else powers off is stopped, and not suspended', async () => {
    await site.testbed.openstack(['baremetal', 'node', 'power', 'off', node], 'admin')
    await compute.waitFor(id, 'stopped')
    const error = await compute.resume(id).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(NotSuspendedError)
    await site.testbed.openstack(['baremetal', 'node', 'power', 'on', node], 'admin')
    await compute.waitFor(id, 'active')
  })

  it('is deleted: the node is available, and nothing of it is left', async () => {
    await removed(compute, id)
    const seen = await site.node(node)
    expect(seen).toMatchObject({ instance_uuid: null, instance_info: {}, power_state: 'power off' })
    await expect.poll(async () => (await site.node(node))['provision_state']).toBe('available')
    expect((await site.inventory()).filter((item) => item.includes(bare(id)))).toEqual([])
    await compute.delete(id)
  })
})
