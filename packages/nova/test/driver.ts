import {
  createCompute,
  silentLogger,
  systemClock,
  type Clock,
  type Compute,
  type ComputeOptions,
  type DriverBinding,
  type DriverFor,
  type Logger,
} from '@amphora/core'
import type { RecordedRequest } from '@amphora/conformance/fake-server'
import { nova, type capabilities, type NovaOptions } from '../src/index.ts'
import { createFakeNova, type FakeInstance, type FakeNova, type FakeNovaOptions, type Planted } from './fake-nova.ts'
import { FLAVOR, IMAGE, NETWORK } from './order.ts'

export { all, failure } from '@amphora/test-tools'

type Whole = DriverFor<typeof capabilities>
export type NovaDriver = Whole & Required<Pick<Whole, 'status' | 'validate' | 'close'>>

/** Two more of what a request may name. */
export const NETWORK2 = '6433b39e-d350-44b8-8925-3bf977e6bb9a'
export const ABSENT = '11111111-1111-4111-8111-111111111111'
export const PASSWORD = 'secret'

export interface DriverOptions extends NovaOptions {
  readonly owner?: string
  readonly logger?: Logger
}

export interface BenchOptions extends FakeNovaOptions {
  /** The driver's and the cloud's. Default: the machine's own. */
  readonly clock?: Clock
}

export type NovaCompute = Compute<{ readonly east: DriverBinding<typeof capabilities> }>
type Rest = Partial<Omit<ComputeOptions<Record<string, DriverBinding>>, 'drivers'>>

export interface Bench extends AsyncDisposable {
  readonly cloud: FakeNova
  /** Of the owner `amphora`. */
  readonly driver: NovaDriver
  readonly connect: (options?: DriverOptions) => NovaDriver
  /** A Compute of one binding, `east`. */
  readonly compute: (options?: NovaOptions, rest?: Rest) => Promise<NovaCompute>
}

/** The options that reach a fake cloud. */
export function optionsFor({ authUrl }: Pick<FakeNova, 'authUrl'>, more: NovaOptions = {}): NovaOptions {
  return {
    auth: {
      authUrl,
      username: 'demo',
      password: PASSWORD,
      projectName: 'demo',
      userDomainName: 'Default',
      projectDomainName: 'Default',
    },
    allowInsecureHttp: true,
    ...more,
  }
}

/** A fake cloud in which everything is done at once, with what `order()` asks for. */
export function createCloud(fake: FakeNovaOptions = {}): Promise<FakeNova> {
  return createFakeNova({
    networks: [
      { name: 'net1', id: NETWORK },
      { name: 'net2', id: NETWORK2 },
    ],
    images: [{ name: 'tiny', id: IMAGE, tags: ['amphora'] }],
    flavors: [
      { name: 'm1.tiny', id: FLAVOR, vcpus: 1, ram: 512, disk: 1 },
      { name: 'm1.small', vcpus: 1, ram: 2048, disk: 20 },
      { name: 'm1.large', vcpus: 8, ram: 8192, disk: 80 },
    ],
    buildMs: 0,
    deleteMs: 0,
    actionMs: 0,
    ...fake,
  })
}

/** A fake cloud and a driver on it. */
export async function bench(options: DriverOptions = {}, fake: BenchOptions = {}): Promise<Bench> {
  const { clock = systemClock, ...rest } = fake
  const cloud = await createCloud({ ...rest, ...(fake.clock === undefined ? {} : { clock }) })
  const drivers: NovaDriver[] = []
  const connect = (more: DriverOptions = {}): NovaDriver => {
    const { owner = 'amphora', logger = silentLogger, ...given } = { ...options, ...more }
    const { signal } = new AbortController()
    const driver = nova(optionsFor(cloud, given)).connect({ owner, logger, signal, clock }) as NovaDriver
    drivers.push(driver)
    return driver
  }
  const computes: NovaCompute[] = []
  return {
    cloud,
    driver: connect(),
    connect,
    compute: async (more = {}, rest = {}) => {
      const { owner: _owner, logger: _logger, ...given } = { ...options, ...more } as DriverOptions
      const compute = await createCompute({ clock, ...rest, drivers: { east: nova(optionsFor(cloud, given)) } })
      computes.push(compute)
      return compute
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(computes.map((compute) => compute.close()))
      await Promise.all(drivers.map((driver) => driver.close()))
      await cloud.close()
    },
  }
}

/** The four services, each with its log. */
function servers(cloud: FakeNova): readonly (readonly [string, FakeNova['server']])[] {
  const { keystone, glance, neutron, server } = cloud
  return [
    ['keystone', keystone.server],
    ['nova', server],
    ['glance', glance.server],
    ['neutron', neutron.server],
  ]
}

/** Forgets what has arrived so far. */
export function clear(cloud: FakeNova): void {
  for (const [, server] of servers(cloud)) server.clear()
}

/** What has arrived, by service: `nova GET /v2.1/servers/{id}`. */
export function trail(cloud: FakeNova): readonly string[] {
  return servers(cloud).flatMap(([name, server]) =>
    server.requests().map(({ template, method, path }) => `${name} ${template ?? `${method} ${path}`}`),
  )
}

/** Those that should not have been sent. */
export function unexpected(cloud: FakeNova): readonly RecordedRequest[] {
  return servers(cloud).flatMap(([, server]) => server.unexpected())
}

/** What the driver writes on a server of this name. */
export function marked(name: string, owner = 'amphora'): Planted {
  return {
    metadata: { amphora_owner: owner, amphora_name: name, amphora_fingerprint: 'v1:one' },
    tags: [`amphora:${owner}`],
    description: `amphora ${owner}`,
  }
}

/** A server as the driver would have made it. */
export function plantOurs(cloud: FakeNova, name: string, owner?: string): FakeInstance {
  return cloud.plant(name, marked(name, owner))
}
