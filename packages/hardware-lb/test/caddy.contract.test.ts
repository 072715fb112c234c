import { describe, it } from 'vitest'
import { profileContract } from '../src/contract/index.ts'
import { caddyProfile } from '../src/profiles/caddy/profile.ts'
import { makeCertificate } from './certificate.ts'
import { createFakeCaddy } from './fake-caddy.ts'

const certificate = await makeCertificate()

profileContract(
  { describe, it },
  {
    profile: caddyProfile,
    open: () => createFakeCaddy(certificate),
    close: (fake) => fake.close(),
    appliance: ({ server }) => ({
      profile: 'caddy',
      endpoint: server.url,
      tls: { ca: { file: certificate.file } },
      settings: { listen: ['127.0.0.1:20000-20009'], templates: { one: ['127.0.0.1:8080'] } },
    }),
    wish: { size: {}, image: 'one', vlans: [] },
    plant: (fake, name) => fake.plant(name).slice(0, -1),
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)
