import { silentLogger, systemClock, type Clock, type DriverFor } from '@amphora/core'
import { ironic, type capabilities, type IronicOptions } from '../src/index.ts'
import { IMAGE, NETWORK, NETWORK2 } from './call.ts'
import { createFakeIronic, type FakeIronic, type FakeIronicOptions } from './fake-ironic.ts'

export { all, failure } from '@amphora/test-tools'

export type IronicDriver = DriverFor<typeof capabilities> & {
  readonly close: () => Promise<void>
  readonly refuse: NonNullable<DriverFor<typeof capabilities>['refuse']>
  readonly validate: NonNullable<DriverFor<typeof capabilities>['validate']>
  readonly status: NonNullable<DriverFor<typeof capabilities>['status']>
}

export const PASSWORD = 'password-4711-of-admin'

export interface DriverOptions extends IronicOptions {
  readonly owner?: string
  readonly clock?: Clock
}

/** Options that lead to a fake. */
export function optionsFor(fake: Pick<FakeIronic, 'authUrl'>): IronicOptions {
  return {
    auth: {
      authUrl: fake.authUrl,
      username: 'admin',
      password: PASSWORD,
      projectName: 'admin',
      userDomainName: 'Default',
      projectDomainName: 'Default',
    },
    allowInsecureHttp: true,
  }
}

/** A driver without a Compute before it. */
export function connectDriver({ owner = 'amphora', clock = systemClock, ...options }: DriverOptions): IronicDriver {
  const { signal } = new AbortController()
  return ironic(options).connect({ owner, logger: silentLogger, signal, clock }) as IronicDriver
}

/** A fake cloud with two networks and an image. */
export function fakeCloud(options: FakeIronicOptions = {}): Promise<FakeIronic> {
  return createFakeIronic({
    users: [
      { name: 'admin', password: PASSWORD, projects: { admin: ['admin', 'member', 'reader'] } },
      { name: 'demo', password: PASSWORD, projects: { demo: ['member', 'reader'] } },
    ],
    networks: [
      { name: 'net1', id: NETWORK, project: 'admin' },
      { name: 'net2', id: NETWORK2, project: 'admin', ipv6: 'fd00:20::' },
    ],
    images: [{ name: 'tiny', id: IMAGE }],
    ...options,
  })
}

export interface Bench extends AsyncDisposable {
  readonly fake: FakeIronic
  readonly driver: IronicDriver
  readonly connect: (options?: DriverOptions) => IronicDriver
}

/** A fake cloud and a driver on it. */
export async function bench(options: DriverOptions = {}, fakeOptions: FakeIronicOptions = {}): Promise<Bench> {
  const { clock } = options
  const fake = await fakeCloud({ ...(clock === undefined ? {} : { clock }), ...fakeOptions })
  const drivers: IronicDriver[] = []
  const connect = (more: DriverOptions = {}): IronicDriver => {
    const driver = connectDriver({ ...optionsFor(fake), ...options, ...more })
    drivers.push(driver)
    return driver
  }
  return {
    fake,
    driver: connect(),
    connect,
    [Symbol.asyncDispose]: async () => {
      for (const driver of drivers) await driver.close()
      await fake.close()
    },
  }
}

/** What was asked of Ironic since its log was emptied: method and route, in order. */
export function trail({ server }: Pick<FakeIronic, 'server'>): readonly string[] {
  return server.requests().map(({ template, method, path }) => template ?? `${method} ${path}`)
}

/** Empties all logs. */
export function clear({ server, neutron, glance, keystone }: FakeIronic): void {
  for (const one of [server, neutron.server, glance.server, keystone.server]) one.clear()
}
