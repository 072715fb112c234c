import { describe, it } from 'vitest'
import { profileContract } from '../../src/contract/index.ts'
import { f5osProfile } from '../../src/profiles/f5os/profile.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeF5os } from './fake-f5os.ts'
import { applianceAt } from './setting.ts'

const certificate = await makeCertificate()

profileContract(
  { describe, it },
  {
    profile: f5osProfile,
    open: () => createFakeF5os({ tls: certificate, namelessLooks: 1 }),
    close: (fake) => fake.close(),
    appliance: ({ server }) => applianceAt(server.url, certificate),
    wish: { size: { vcpus: 2 }, image: 'BIGIP-17.1.0-0.0.16.ALL-F5OS.qcow2.zip.bundle', vlans: [102, 101] },
    otherWish: { size: { vcpus: 4 }, image: 'BIGIP-15.1.5-0.0.8.ALL-F5OS.qcow2.zip.bundle', vlans: [101] },
    plant: (fake, name) => fake.plant(name).split(':')[0] ?? '',
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)
