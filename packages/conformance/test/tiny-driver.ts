import { randomUUID } from 'node:crypto'
import {
  AmphoraBuildError,
  defineDriver,
  DeleteFailed,
  InstanceNotFoundError,
  type AmphoraComputeDriver,
  type DriverBinding,
  type DriverContext,
  type DriverPlugin,
  type OptionsSchema,
  type ReportedAmphora,
} from '@amphora/core'
import type { Subject } from '../src/index.ts'

/** What the tiny backend holds: amphorae and whose they are. */
export type Store = Map<string, ReportedAmphora & { readonly owner: string; readonly fingerprint: string }>

const capabilities = { types: ['Container'], userData: { maxBytes: 1_000 } } as const

const schema: OptionsSchema<{ readonly store?: Store }> = {
  '~standard': {
    version: 1,
    vendor: 'tiny',
    validate: (value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return { issues: [{ message: 'is an object' }] }
      const strangers = Object.keys(value).filter((key) => key !== 'store')
      return strangers.length === 0
        ? { value }
        : { issues: strangers.map((key) => ({ message: 'is no option', path: [key] })) }
    },
  },
}

/** A whole driver in a few lines, whose backend is a map: what the kit is tried on. `seed` makes it a wrong one. */
export function tinyPlugin(
  seed: (driver: AmphoraComputeDriver) => Partial<AmphoraComputeDriver> = () => ({}),
): DriverPlugin {
  return defineDriver({
    apiVersion: 1,
    name: 'tiny',
    capabilities,
    options: schema,
    wait: { pollMs: 5, timeoutMs: 2_000 },
    connect: ({ store = new Map() }, context) => {
      const driver = connect(store, context)
      return { ...driver, ...seed(driver) }
    },
  })
}

/** The tiny driver as the kit takes it, without any control over its backend. */
export function tinySubject(plugin: DriverPlugin = tinyPlugin()): Subject<Store> {
  return {
    name: 'tiny',
    plugin,
    open: () => new Map(),
    driver: (store): DriverBinding => plugin({ store }),
    request: () => ({ type: 'Container' }),
    otherRequest: () => ({ type: 'Container', userData: 'another' }),
    secrets: [],
    limits: { callMs: 2_000, stateMs: 500, patienceMs: 100 },
  }
}

function connect(store: Store, { owner }: DriverContext): AmphoraComputeDriver {
  const ours = (): readonly ReportedAmphora[] => [...store.values()].filter((one) => one.owner === owner)
  const look = async (id: string): Promise<ReportedAmphora> => {
    const found = store.get(id)
    if (found?.owner !== owner) throw new InstanceNotFoundError('There is no such amphora of ours')
    const { owner: _owner, fingerprint: _fingerprint, ...amphora } = found
    return amphora
  }
  return {
    build: async ({ name, type, fingerprint }) => {
      const holder = [...store.values()].find((one) => one.name === name)
      if (holder?.owner === owner && holder.fingerprint === fingerprint) return holder.id
      if (holder !== undefined) throw new AmphoraBuildError('The name is taken', { code: 'already-exists' })
      const id = randomUUID()
      store.set(id, { id, name, type, status: { state: 'active', raw: 'up' }, addresses: [], owner, fingerprint })
      return id
    },
    delete: async (id) => {
      const found = store.get(id)
      if (found !== undefined && found.owner !== owner)
        throw new DeleteFailed('It is not ours', { code: 'permission-denied' })
      store.delete(id)
    },
    getAmphora: look,
    find: async (name) => ours().filter((one) => one.name === name),
    list: async function* () {
      for (const { id } of ours()) yield await look(id)
    },
    check: async () => ({ warnings: [] }),
  }
}
