import { describe, expect, it } from 'vitest'
import { FLAVOR, IMAGE, NETWORK, order } from '../test/order.ts'
import { createBody, type Resolved } from './encode.ts'
import { ownershipOf } from './ownership.ts'

const PORT = 'c496db09-2e38-49c7-9d14-f6f7dafa064b'
const resolved: Resolved = {
  flavorId: FLAVOR,
  imageId: IMAGE,
  payload: { userData: undefined, personality: [] },
  ownership: ownershipOf('amphora', 'process-1'),
  settings: {},
  takes: { tags: true, description: true },
}

describe('the body of a create', () => {
  it('holds what every server gets, and nothing that was not asked for', () => {
    expect(createBody(order(), resolved)).toEqual({
      server: {
        name: 'web-1',
        flavorRef: FLAVOR,
        imageRef: IMAGE,
        networks: [{ uuid: NETWORK }],
        metadata: {
          amphora_owner: 'amphora',
          amphora_name: 'web-1',
          amphora_fingerprint: 'v1:one',
          amphora_builder: 'process-1',
          amphora_networks: '50bb70bad1d74b93',
        },
        config_drive: true,
        tags: ['amphora:amphora'],
        description: 'amphora amphora',
      },
    })
  })

  it('holds every field of an order', () => {
    const asked = order({
      secGroups: ['web', 'ssh'],
      portIds: [PORT],
      placementGroupId: 'ca002da9-6899-4cc5-9482-724bf53b6760',
      availabilityZone: 'east',
    })
    const payload = {
      userData: Uint8Array.from([0, 255]),
      personality: [{ path: '/etc/a', bytes: Uint8Array.from([1, 2]) }],
    }
    const body = createBody(asked, { ...resolved, payload, settings: { keyName: 'operator' } })
    expect(body).toMatchObject({
      server: {
        networks: [{ uuid: NETWORK }, { port: PORT }],
        security_groups: [{ name: 'web' }, { name: 'ssh' }],
        key_name: 'operator',
        availability_zone: 'east',
        user_data: 'AP8=',
        personality: [{ path: '/etc/a', contents: 'AQI=' }],
      },
      'os:scheduler_hints': { group: 'ca002da9-6899-4cc5-9482-724bf53b6760' },
    })
  })

  it('says what no network means as the option says it', () => {
    const none = order({ networkIds: [] })
    for (const emptyNetworks of ['none', 'auto'] as const) {
      expect(createBody(none, { ...resolved, settings: { emptyNetworks } }).server.networks).toBe(emptyNetworks)
    }
  })

  it('leaves out what the microversion does not take', () => {
    const { server } = createBody(order(), { ...resolved, takes: { tags: false, description: false } })
    expect([server.tags, server.description]).toEqual([undefined, undefined])
  })

  it('keeps every value of its metadata within 255 characters', () => {
    const networkIds = Array.from({ length: 8 }, (_, index) => `50bb70ba-d1d7-4b93-87b9-c59413e7096${index}`)
    const { metadata } = createBody(order({ name: 'n'.repeat(128), networkIds }), resolved).server
    for (const value of Object.values(metadata)) expect(value.length).toBeLessThanOrEqual(255)
  })
})
