import { createCompute } from '@amphora/core'
import { caddy } from '@amphora/hardware-lb'

const compute = await createCompute({
  drivers: {
    edge: caddy({
      inventory: {
        appliances: {
          'rack-1': {
            profile: 'caddy',
            endpoint: process.env['CADDY_ADMIN'] ?? 'http://127.0.0.1:2019',
            allowInsecureHttp: true,
            images: { web: 'web-servers' },
            settings: {
              listen: ['127.0.0.1:8080-8089'],
              templates: { 'web-servers': ['192.0.2.10:80', '192.0.2.11:80'] },
            },
          },
        },
      },
    }),
  },
})

const id = await compute.build({ name: 'shop', type: 'HWLoadBalancer', imageId: 'web' })
const amphora = await compute.waitFor(id, 'active')
console.log(amphora.status.state, amphora.addresses[0]?.ip, amphora.availabilityZone) // active 127.0.0.1 rack-1

await compute.suspend(id)
console.log((await compute.status(id)).raw) // not listening

await compute.delete(id)
await compute.waitFor(id, 'deleted')
await compute.close()
