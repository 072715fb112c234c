import { describe, expect, it } from 'vitest'
import { toAmphora, toState, toStatus } from './decode.ts'
import type { Instance } from './world/instance.ts'
import { at } from './world/lifecycle.ts'

const instance: Instance = {
  id: 'i',
  sequence: 1,
  host: 'host-1',
  createdAt: 0,
  ports: [{ id: 'p', networkId: 'n', ip: '10.0.0.2', mac: '02:00:00:00:00:02', madeForInstance: true }],
  motion: at('active'),
  revision: 0,
  spec: {
    name: 'a',
    owner: 'ours',
    fingerprint: 'v1:a',
    type: 'VM',
    keys: [],
    secGroups: [],
    networkIds: [],
    portIds: [],
    files: [],
    userData: undefined,
  },
}

describe('decode', () => {
  it.each(['building', 'active', 'suspending', 'suspended', 'resuming', 'stopped', 'deleting', 'deleted', 'error'])(
    'takes %s for itself',
    (word) => expect(toState(word)).toBe(word),
  )

  it.each(['', 'ACTIVE', 'REBALANCING', 'constructor', '__proto__', 'unknown'])('takes %j for unknown', (word) => {
    expect(toState(word)).toBe('unknown')
  })

  it('leaves out what the world does not know', () => {
    expect(toAmphora(instance, 'active')).toEqual({
      id: 'i',
      name: 'a',
      type: 'VM',
      status: { state: 'active', raw: 'active' },
      addresses: [{ ip: '10.0.0.2', family: 4, networkId: 'n', portId: 'p', mac: '02:00:00:00:00:02' }],
      createdAt: '1970-01-01T00:00:00.000Z',
    })
  })

  it.each([
    ['m1', 'm1'],
    [{ vcpus: 2 }, '2 vcpu'],
    [{ memoryMiB: 512, storageGiB: 4 }, '512 MiB, 4 GiB'],
  ])('shows the flavor %o as %s', (flavor, shown) => {
    expect(toAmphora({ ...instance, spec: { ...instance.spec, flavor } }, 'active').flavor).toBe(shown)
  })

  it('speaks of a fault only while it is in error', () => {
    const failing = { ...instance, motion: at('error', { fault: 'burnt' }) }
    expect(toStatus(failing, 'error')).toEqual({ state: 'error', raw: 'error', fault: 'burnt' })
    expect(toStatus(failing, 'building')).toEqual({ state: 'building', raw: 'building' })
  })
})
