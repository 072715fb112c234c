import { createCompute, type Compute, type DriverBinding } from '@amphora/core'
import { caddy, type HardwareOptions } from '../src/index.ts'
import { createFakeCaddy } from './fake-caddy.ts'

type FakeCaddy = Awaited<ReturnType<typeof createFakeCaddy>>
export type Balancers = Compute<{ readonly box: DriverBinding }>

/** Several boxes, their failure domains, and controllers of them. */
export interface Site {
  readonly boxes: Readonly<Record<string, FakeCaddy>>
  controller(over?: object): Promise<Balancers>
  options(over?: Readonly<Record<string, object>>): HardwareOptions
  build(compute: Balancers, name: string, over?: object): Promise<string>
  /** The names on each box. */
  stands(): Readonly<Record<string, readonly string[]>>
  close(): Promise<void>
}

export async function openSite(domains: Readonly<Record<string, string>>): Promise<Site> {
  const boxes = Object.fromEntries(
    await Promise.all(Object.keys(domains).map(async (id) => [id, await createFakeCaddy()] as const)),
  )
  const opened: Balancers[] = []
  const options: Site['options'] = (over = {}) => ({
    inventory: {
      appliances: Object.fromEntries(
        Object.entries(boxes).map(([id, { server }]) => [
          id,
          {
            profile: 'caddy',
            endpoint: server.url,
            domain: domains[id],
            allowInsecureHttp: true,
            images: { web: 'one', api: 'two' },
            settings: {
              listen: ['127.0.0.1:20000-20099'],
              templates: { one: ['127.0.0.1:8080'], two: ['127.0.0.1:8081'] },
            },
            ...over[id],
          },
        ]),
      ),
    },
  })
  return {
    boxes,
    options,
    controller: async (over = {}) => {
      const compute = await createCompute({ drivers: { box: caddy(options()) }, ...over })
      opened.push(compute)
      return compute
    },
    build: (compute, name, over = {}) => compute.build({ name, type: 'HWLoadBalancer', imageId: 'web', ...over }),
    stands: () =>
      Object.fromEntries(Object.entries(boxes).map(([id, { tenants }]) => [id, [...tenants.keys()].sort()])),
    close: async () => {
      await Promise.all(opened.map((compute) => compute.close()))
      await Promise.all(Object.values(boxes).map((fake) => fake.close()))
    },
  }
}
