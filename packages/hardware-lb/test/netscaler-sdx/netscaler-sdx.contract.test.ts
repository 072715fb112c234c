import { describe, it } from 'vitest'
import { profileContract } from '../../src/contract/index.ts'
import { netscalerSdxProfile } from '../../src/profiles/netscaler-sdx/profile.ts'
import { makeCertificate } from '../certificate.ts'
import { createFakeSdx } from './fake-sdx.ts'
import { PASSWORD } from './setting.ts'

const certificate = await makeCertificate()

profileContract(
  { describe, it },
  {
    profile: netscalerSdxProfile,
    open: () => createFakeSdx({ certificate, password: PASSWORD, failures: 'as-4xx' }),
    close: (fake) => fake.close(),
    appliance: ({ server }) => ({
      profile: 'netscaler-sdx',
      endpoint: server.url,
      tls: { ca: { file: certificate.file } },
      credentials: { username: 'ops', password: { env: 'HWLB_TEST_SDX_PASSWORD' } },
      management: { addresses: ['10.0.0.10-10.0.0.99'], prefixLength: 24, gateway: '10.0.0.1' },
      settings: { profileName: 'tenants', dataPort: 'LA/1' },
    }),
    wish: { size: { memoryMiB: 2_048, throughputMbps: 500 }, image: 'NSVPX-XEN-13.1-48.47_nc_64.xva', vlans: [101] },
    plant: (fake, name) => fake.plant(name).slice(0, -1),
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)
