import { describe, expect, it } from 'vitest'
import { fullSize, incarnationOf, leastMemory, tenantOf } from './encode.ts'

const settings = { nodes: [1, 2], cryptos: 'disabled', memoryPerVcpuMiB: 3_584, tokenLifetimeMinutes: 15 } as const
const order = { name: 'a-web', mark: '', nonce: '', size: {}, image: 'image', vlans: [102, 101] }
const pool = { prefixLength: 24, gateway: '10.0.0.1' }

describe('a tenant to be', () => {
  it('is deployed at once, with what its flavor leaves open filled in', () => {
    expect(tenantOf(order, '10.0.0.10', pool, settings)).toEqual({
      name: 'a-web',
      config: {
        name: 'a-web',
        type: 'BIG-IP',
        image: 'image',
        nodes: [1, 2],
        'mgmt-ip': '10.0.0.10',
        'prefix-length': 24,
        gateway: '10.0.0.1',
        vlans: [101, 102],
        cryptos: 'disabled',
        'vcpu-cores-per-node': 4,
        memory: 14_848,
        'running-state': 'deployed',
      },
    })
  })

  it('has the size of its flavor, and no VLANs where there are none', () => {
    const size = { vcpus: 8, memoryMiB: 40_000, storageGiB: 100 }
    const { config } = tenantOf({ ...order, size, vlans: [] }, '10.0.0.10', pool, settings)
    expect(config).toMatchObject({ 'vcpu-cores-per-node': 8, memory: 40_000, storage: { size: 100 } })
    expect(config).not.toHaveProperty('vlans')
  })

  it('has as much memory as its vCPUs want', () => {
    expect(leastMemory(8, { memoryPerVcpuMiB: 3_584 })).toBe(29_184)
    expect(fullSize({ vcpus: 2 }, { memoryPerVcpuMiB: 3_072 })).toEqual({ vcpus: 2, memoryMiB: 6_656 })
  })
})

it('an incarnation fits into an id, and is another for another key', () => {
  expect(incarnationOf('a/b+c==')).toMatch(/^[0-9a-f]{12}$/)
  expect(incarnationOf('a/b+c==')).not.toBe(incarnationOf('a/b+d=='))
})
