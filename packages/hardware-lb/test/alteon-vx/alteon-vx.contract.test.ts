import { describe, it } from 'vitest'
import { profileContract } from '../../src/contract/index.ts'
import { alteonVxProfile } from '../../src/profiles/alteon-vx/profile.ts'
import { createFakeAlteon } from './fake-alteon.ts'
import { snmp, USER } from './setting.ts'

profileContract(
  { describe, it },
  {
    profile: alteonVxProfile,
    open: () => createFakeAlteon({ users: [USER] }),
    close: (fake) => fake.close(),
    appliance: ({ agent }) => ({
      profile: 'alteon-vx',
      endpoint: `snmp://127.0.0.1:${agent.port}`,
      snmp,
      settings: { applyTimeoutMs: 300 },
    }),
    wish: { size: { units: 1, throughputMbps: 100 }, image: '32.6.1.0', vlans: [102, 101] },
    otherWish: { size: { units: 2 }, image: undefined, vlans: [101] },
    plant: ({ box }, name) => String(box.plant(name)),
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ agent }) => agent.down(),
    requests: ({ agent }) => agent.datagrams(),
  },
)
