import { silentLogger, systemClock, type Clock, type DriverFor } from '@amphora/core'
import { docker, type capabilities, type DockerOptions } from '../src/index.ts'
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts'

export { all, failure } from '@amphora/test-tools'

export type DockerDriver = DriverFor<typeof capabilities> & { readonly close: () => Promise<void> }

export interface DriverOptions extends DockerOptions {
  readonly owner?: string
  readonly clock?: Clock
}

/** A driver without a Compute before it. */
export function connectDriver({ owner = 'amphora', clock = systemClock, ...options }: DriverOptions): DockerDriver {
  const signal = new AbortController().signal
  return docker(options).connect({ owner, logger: silentLogger, signal, clock }) as DockerDriver
}

export interface Bench {
  readonly engine: FakeEngine
  readonly driver: DockerDriver
  readonly connect: (options?: DriverOptions) => DockerDriver
  readonly close: () => Promise<void>
}

/** A fake engine and a driver on it. */
export async function bench(options: DriverOptions = {}, fake: FakeEngineOptions = {}): Promise<Bench> {
  const engine = await createFakeEngine(fake)
  const drivers: DockerDriver[] = []
  const connect = (more: DriverOptions = {}): DockerDriver => {
    const driver = connectDriver({ socketPath: engine.socketPath, ...options, ...more })
    drivers.push(driver)
    return driver
  }
  const driver = connect()
  return {
    engine,
    driver,
    connect,
    close: async () => {
      for (const one of drivers) await one.close()
      await engine.close()
    },
  }
}
