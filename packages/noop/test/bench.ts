import { silentLogger, type BuildOrder, type Call, type Clock, type DriverContext, type DriverFor } from '@amphora/core'
import { createManualClock, noop, World, type capabilities, type ManualClock, type NoopOptions } from '../src/index.ts'
import type { Laws } from '../src/world/laws.ts'

type Driver = DriverFor<typeof capabilities>

export interface Bench {
  readonly clock: ManualClock
  readonly world: World
  readonly driver: Driver
  /** Another controller's driver on the same world. */
  readonly driverOf: (owner: string, options?: NoopOptions) => Driver
}

/** A driver that is called without core, on a world of its own and under a clock that the test moves. */
export function bench(laws: Laws = {}, options: NoopOptions = {}): Bench {
  const clock = createManualClock()
  const world = new World({ clock, ...laws })
  const driverOf = (owner: string, more: NoopOptions = {}): Driver =>
    noop({ ...options, ...more, world }).connect(contextOf(owner, clock))
  return { clock, world, driver: driverOf('ours'), driverOf }
}

export function contextOf(owner: string, clock: Clock): DriverContext {
  return { owner, clock, logger: silentLogger, signal: new AbortController().signal }
}

export function callOf(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadline: 0, logger: silentLogger, longStep: (_limitMs, step) => step(signal), progress: () => {} }
}

export function orderOf(name: string, more: Partial<BuildOrder> = {}): BuildOrder {
  return {
    name,
    nameIsFresh: false,
    fingerprint: `v1:${name}`,
    type: 'VM',
    flavor: undefined,
    imageId: undefined,
    keys: [],
    secGroups: [],
    networkIds: [],
    portIds: [],
    files: [],
    userData: undefined,
    placementGroupId: undefined,
    availabilityZone: undefined,
    ...more,
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
