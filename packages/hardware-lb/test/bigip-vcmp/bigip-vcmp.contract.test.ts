import { describe, it } from 'vitest'
import { profileContract } from '../../src/contract/index.ts'
import { bigipVcmpProfile } from '../../src/profiles/bigip-vcmp/profile.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeVcmp } from './fake-vcmp.ts'
import { applianceAt } from './setting.ts'

const certificate = await makeCertificate()

profileContract(
  { describe, it },
  {
    profile: bigipVcmpProfile,
    open: () => createFakeVcmp({ tls: certificate }),
    close: (fake) => fake.close(),
    appliance: ({ server }) => applianceAt(server.url, certificate),
    wish: { size: { vcpus: 2 }, image: 'BIGIP-15.1.10-0.0.9.iso', vlans: [102, 101] },
    plant: (fake, name) => fake.plant(name).split(':')[0] ?? '',
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)
