import { hexId } from '../toolkit/ids.ts'
import type { JsonRecord } from '../toolkit/json.ts'

/** One endpoint of a service. */
export interface FakeEndpoint {
  readonly interface: 'public' | 'internal' | 'admin'
  readonly region: string
  readonly url: string
}

/** Where a service is: one URL for all three interfaces of `RegionOne`, or its endpoints one by one. */
export type FakeService = string | readonly FakeEndpoint[]

const serviceNames: Readonly<Record<string, string>> = {
  identity: 'keystone',
  image: 'glance',
  network: 'neutron',
  compute: 'nova',
  baremetal: 'ironic',
  placement: 'placement',
}

/** The `catalog` of a token. */
export function catalogueOf(services: ReadonlyMap<string, FakeService>): readonly JsonRecord[] {
  return [...services].map(([type, service]) => ({
    endpoints: endpointsOf(service).map(({ interface: one, region, url }) => ({
      id: hexId(`${type} ${one} ${region}`),
      interface: one,
      region_id: region,
      url,
      region,
    })),
    id: hexId(`service ${type}`),
    type,
    name: serviceNames[type] ?? type,
  }))
}

function endpointsOf(service: FakeService): readonly FakeEndpoint[] {
  if (typeof service !== 'string') return service
  return (['public', 'internal', 'admin'] as const).map((one) => ({
    interface: one,
    region: 'RegionOne',
    url: service,
  }))
}
