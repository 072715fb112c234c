import type { Capabilities } from '@amphora/core'
import { expect, it } from 'vitest'
import * as noopPackage from './index.ts'

it('these are the public names', () => {
  expect(Object.keys(noopPackage).sort()).toEqual(['World', 'capabilities', 'createManualClock', 'noop'])
})

it('everything there is to declare is declared', () => {
  const all: Required<Capabilities> = noopPackage.capabilities
  expect(all).toEqual({
    types: ['VM', 'Container', 'BareMetal', 'HWLoadBalancer'],
    flavor: 'either',
    image: true,
    keys: true,
    secGroups: true,
    networks: { max: 8 },
    ports: true,
    files: { maxCount: 5, maxBytes: 10_240 },
    userData: { maxBytes: 65_536 },
    suspend: 'memory',
    placementGroups: true,
    availabilityZones: true,
    attach: true,
    watch: true,
  })
  const { apiVersion, name, capabilities } = noopPackage.noop.definition
  expect([apiVersion, name]).toEqual([1, 'noop'])
  expect(capabilities).toBe(noopPackage.capabilities)
})
