import { caddy } from '../src/index.ts'
import { createFakeCaddy } from './fake-caddy.ts'
import { racesForTheLastSlot } from './last-slot.ts'

racesForTheLastSlot({
  plugin: caddy,
  open: () => createFakeCaddy(),
  options: ({ server }) => ({
    inventory: {
      appliances: {
        box: {
          profile: 'caddy',
          endpoint: server.url,
          allowInsecureHttp: true,
          images: { web: 'one' },
          settings: { listen: ['127.0.0.1:20000'], templates: { one: ['127.0.0.1:8080'] } },
        },
      },
    },
  }),
  request: (name) => ({ name, type: 'HWLoadBalancer', imageId: 'web' }),
})
