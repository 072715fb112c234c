import { describe, it } from 'vitest'
import { profileContract } from '../../src/contract/index.ts'
import { a10L3vProfile } from '../../src/profiles/a10-l3v/profile.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeA10 } from './fake-a10.ts'
import { PASSWORD } from './setting.ts'

const certificate = await makeCertificate()

profileContract(
  { describe, it },
  {
    profile: a10L3vProfile,
    open: () => createFakeA10({ certificate, password: PASSWORD, failures: 'as-4xx' }),
    close: (fake) => fake.close(),
    appliance: ({ server }) => ({
      profile: 'a10-l3v',
      endpoint: server.url,
      tls: { ca: { file: certificate.file } },
      credentials: { username: 'ops', password: { env: 'HWLB_TEST_A10_PASSWORD' } },
    }),
    wish: { size: {}, image: undefined, vlans: [] },
    plant: (fake, name) => fake.plant(name).slice(0, -1),
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)
