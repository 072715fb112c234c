import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { alteonVx } from '../../src/index.ts'
import { closePair, controlOver, openPair } from '../simulator.ts'
import { createFakeAlteon, type FakeAlteon } from './fake-alteon.ts'
import { applianceAt, AUTH_KEY, flavors, PRIV_KEY, USER } from './setting.ts'

const sample = applianceAt(161)
const request = { type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard', networkIds: ['front', 'back'] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, alteon-vx, on a pair of simulators',
    plugin: alteonVx,
    open: () => openPair(() => createFakeAlteon({ users: [USER] })),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = { left: applianceAt(left.agent.port), right: applianceAt(right.agent.port) }
      return alteonVx({ inventory: JSON.stringify({ appliances, flavors }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
    secrets: [AUTH_KEY, PRIV_KEY],
    backend: controlOver((one: FakeAlteon) => one.wire),
    options: { inventory: { appliances: { left: sample }, flavors } },
    badOptions: [
      { inventory: { appliances: { left: { ...sample, endpoint: 'https://left', settings: { applyTimeoutMs: 1 } } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    unknownImage: 'nothing',
    states: {
      running: 'active',
      disabled: 'suspended',
      stopping: 'suspending',
      init: 'building',
      restarting: 'building',
      querying: 'building',
      down: 'error',
    },
    pageSize: 5,
    limits: { patienceMs: 200 },
  },
)
