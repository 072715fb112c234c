import { cloudConfigIn, partsOf } from '@amphora/fake-openstack'
import { describe, expect, it } from 'vitest'
import { testOrder } from '../test/call.ts'
import { ID, wireAllocation } from '../test/wire.ts'
import { allocationBody, configDrive, instanceInfo, type Plan } from './encode.ts'

const order = testOrder()
const flavor = {
  resourceClass: 'baremetal',
  traits: [],
  candidateNodes: undefined,
  capabilities: undefined,
  rootGb: undefined,
}
const plan: Plan = {
  order,
  owner: 'amphora',
  flavor,
  image: { fields: { image_source: 'image' }, glanceId: undefined, rootGb: undefined },
}
const chosen = { uuid: ID, name: 'amphora-web-1', candidates: undefined }

describe('a reservation', () => {
  it('asks for a class under our id and name, with whose it is', () => {
    expect(allocationBody(plan, chosen)).toEqual({
      uuid: ID,
      name: 'amphora-web-1',
      resource_class: 'baremetal',
      extra: { amphora: { owner: 'amphora', name: 'web-1', fingerprint: 'v1:one', networks: 0 } },
    })
  })

  it('asks for traits and candidates where there are any', () => {
    const gold = { ...plan, flavor: { ...flavor, traits: ['CUSTOM_GOLD'] } }
    expect(allocationBody(gold, { ...chosen, candidates: ['node-1'] })).toMatchObject({
      traits: ['CUSTOM_GOLD'],
      candidate_nodes: ['node-1'],
    })
  })
})

describe('what a node is prepared with', () => {
  const written = (of: Plan, ports: readonly string[] = []): unknown =>
    (instanceInfo(of, wireAllocation({ traits: ['CUSTOM_GOLD'] }), ports)[0] as { readonly value: unknown }).value

  it('takes the place of all that was there, with our marks under the id', () => {
    expect(instanceInfo(plan, wireAllocation(), [])).toMatchObject([{ op: 'replace', path: '/instance_info' }])
    expect(written(plan)).toEqual({
      traits: ['CUSTOM_GOLD'],
      image_source: 'image',
      display_name: 'web-1',
      [`amphora_${ID}`]: {
        owner: 'amphora',
        name: 'web-1',
        created: '2026-11-27T16:25:41.732Z',
        networks: [],
        ports: [],
      },
    })
  })

  it('has size and capabilities where the options do; the size of the image goes first', () => {
    const sized = { ...plan, flavor: { ...flavor, rootGb: 10, capabilities: { boot_option: 'local' } } }
    expect(written(sized)).toMatchObject({ root_gb: 10, capabilities: { boot_option: 'local' } })
    expect(written({ ...sized, image: { ...plan.image, rootGb: 20 } })).toMatchObject({ root_gb: 20 })
  })

  it('names the ports that were made and those that were given', () => {
    const given = { ...plan, order: testOrder({ portIds: ['p'] }) }
    expect(written(given, ['m1', 'm2'])).toMatchObject({ [`amphora_${ID}`]: { networks: ['m1', 'm2'], ports: ['p'] } })
  })
})

describe('the config drive', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const parts = (text = ''): ReturnType<typeof partsOf> => partsOf(bytes(text))

  it('holds who it is, and no more where nothing is asked for', async () => {
    expect(await configDrive(order, ID)).toEqual({ meta_data: { uuid: ID, name: 'web-1', hostname: 'web-1' } })
  })

  it('holds user data as it is', async () => {
    const { user_data: text } = await configDrive(testOrder({ userData: bytes('#!/bin/sh\necho ä\n') }), ID)
    expect(text).toBe('#!/bin/sh\necho ä\n')
  })

  it('wraps user data that is no text, so that no byte of it is lost', async () => {
    for (const userData of [Uint8Array.from([0x1f, 0x8b, 8, 0, 255, 254]), Uint8Array.from([35, 33, 0, 10])]) {
      const { user_data: text } = await configDrive(testOrder({ userData }), ID)
      expect(parts(text).map((part) => [...part.bytes])).toEqual([[...userData]])
    }
  })

  it('holds keys in order, and files beside the user data', async () => {
    const keys = ['ssh-ed25519 AAAA one', 'ssh-ed25519 BBBB two']
    const files = [{ path: '/etc/x', bytes: Uint8Array.from([0, 255]) }]
    const drive = await configDrive(testOrder({ keys, files, userData: bytes('#!/bin/sh\n') }), ID)
    expect(drive.meta_data['public_keys']).toEqual({ 'key-0': keys[0], 'key-1': keys[1] })
    expect(parts(drive.user_data).map(({ type }) => type)).toEqual(['text/x-shellscript', 'text/cloud-config'])
    expect(parts(drive.user_data)[0]?.bytes.toString()).toBe('#!/bin/sh\n')
    const config = cloudConfigIn(bytes(drive.user_data ?? ''))
    expect(config.ssh_authorized_keys).toEqual(keys)
    expect(config.write_files).toMatchObject([{ path: '/etc/x', content: 'AP8=', encoding: 'b64' }])
  })
})
