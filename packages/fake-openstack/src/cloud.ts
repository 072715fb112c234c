import type { FakeClock } from '@amphora/conformance/fake-server'
import { Agenda } from './toolkit/agenda.ts'
import type { FakeService } from './keystone/catalogue.ts'
import { createFakeGlance, type FakeGlance } from './glance/glance.ts'
import type { NewImage } from './glance/image.ts'
import { createFakeKeystone, type FakeKeystone } from './keystone/keystone.ts'
import type { NewNetwork } from './neutron/network.ts'
import { createFakeNeutron, type FakeNeutron } from './neutron/neutron.ts'
import type { FakeUser } from './keystone/users.ts'
import { systemClock } from './toolkit/system-clock.ts'

export interface FakeCloudOptions {
  readonly clock?: FakeClock
  /** Further services, by type: `{ compute: 'http://127.0.0.1:8774/v2.1' }`. One named `image` or `network` stands in front of the fake. */
  readonly services?: Readonly<Record<string, FakeService>>
  readonly users?: readonly FakeUser[]
  readonly tokenLifeMs?: number
  readonly networks?: readonly NewNetwork[]
  readonly images?: readonly NewImage[]
  readonly securityGroups?: readonly string[]
}

/** Keystone, Glance and Neutron of one cloud, each on a port of its own, with one clock and one agenda. */
export interface FakeCloud extends AsyncDisposable {
  readonly keystone: FakeKeystone
  readonly glance: FakeGlance
  readonly neutron: FakeNeutron
  readonly agenda: Agenda
  readonly authUrl: string
  /** How many requests have arrived at the three so far. */
  requests(): number
  close(): Promise<void>
}

export async function createFakeCloud(options: FakeCloudOptions = {}): Promise<FakeCloud> {
  const { clock = systemClock, services = {}, ...rest } = options
  const agenda = new Agenda(clock)
  const keystone = await createFakeKeystone({ ...rest, clock })
  const [glance, neutron] = await Promise.all([
    createFakeGlance({ ...rest, keystone, clock }),
    createFakeNeutron({ ...rest, keystone, clock, agenda }),
  ])
  const all = { image: glance.url, network: neutron.url, ...services }
  for (const [type, service] of Object.entries(all)) keystone.services.set(type, service)
  const cloud: FakeCloud = {
    keystone,
    glance,
    neutron,
    agenda,
    authUrl: keystone.authUrl,
    requests: () => [keystone, glance, neutron].reduce((sum, { server }) => sum + server.count(), 0),
    close: async () => {
      await Promise.all([keystone.close(), glance.close(), neutron.close()])
    },
    [Symbol.asyncDispose]: () => cloud.close(),
  }
  return cloud
}
