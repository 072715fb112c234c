import { setTimeout as sleep } from 'node:timers/promises'
import {
  AmphoraComputeError,
  InstanceNotFoundError,
  type AmphoraState,
  type ReportedAmphora,
  type ReportedStatus,
} from '@amphora/core'
import { isCode, isReason, statusOf, type Driver, type Ground, type Mutant } from './mutant.ts'

/** Defects of the verbs that read. */
export const lookingMutants: readonly Mutant[] = [
  {
    name: 'finds nothing in an outage',
    caughtBy: ['outage/find', 'fault/reset', 'fault/5xx'],
    seed: ({ driver }) => ({ find: (name, call) => driver.find(name, call).catch(unless('unavailable', [])) }),
  },
  {
    name: 'finds by the beginning of a name',
    caughtBy: ['find/none'],
    seed: ({ driver }) => ({
      find: async (name, call) => {
        const found = await driver.find(name, call)
        return found.length > 0 ? found : (await all(driver, call)).filter((one) => one.name.startsWith(name))
      },
    }),
  },
  {
    name: 'finds only what is active',
    caughtBy: ['find/one', 'status/known-states', 'status/unknown-word', 'suspend/round-trip'],
    seed: ({ driver }) => ({
      find: async (name, call) => (await driver.find(name, call)).filter(({ status }) => status.state === 'active'),
    }),
  },
  {
    name: 'lists nothing more when a page fails',
    caughtBy: ['outage/list', 'fault/5xx'],
    seed: ({ driver }) => ({
      list: async function* (call) {
        try {
          yield* driver.list(call)
        } catch (error) {
          if (!isCode(error, 'unavailable')) throw error
        }
      },
    }),
  },
  {
    name: 'takes a missing list for an empty one',
    caughtBy: ['fault/404'],
    seed: ({ driver }) => ({
      list: async function* (call) {
        try {
          yield* driver.list(call)
        } catch (error) {
          if (!isCode(error, 'not-found')) throw error
        }
      },
    }),
  },
  {
    name: 'stops after the first page',
    caughtBy: ['list/pages'],
    seed: ({ driver }) => ({
      list: async function* (call) {
        let left = 3
        for await (const one of driver.list(call)) {
          if (left-- > 0) yield one
        }
      },
    }),
  },
  {
    name: 'begins each page at a number of amphorae',
    caughtBy: ['list/pages'],
    seed: ({ driver }) => ({
      list: async function* (call) {
        for (let seen = 0; ; seen += 3) {
          const page = (await all(driver, call)).slice(seen, seen + 3)
          yield* page
          if (page.length < 3) return
        }
      },
    }),
  },
  {
    name: 'ignores the owner',
    caughtBy: [
      'plugin/bindings-are-isolated',
      'build/foreign-name',
      'delete/only-its-own',
      'find/foreign',
      'list/own-only',
      'id/foreign',
    ],
    seed: ({ as }) => as('everybody'),
  },
  {
    name: 'invents the time of creation',
    caughtBy: ['get/says-the-same'],
    seed: shows((one) => ({ ...one, createdAt: new Date().toISOString() })),
  },
  {
    name: 'shows every amphora as a container',
    caughtBy: ['build/becomes-active'],
    seed: showsAll((one) => ({ ...one, type: 'Container' })),
  },
  {
    name: 'tells the time of creation without a time zone',
    caughtBy: ['build/amphora-is-json'],
    seed: showsAll((one) => ({ ...one, createdAt: '2026-01-01 00:00:00' })),
  },
  {
    name: 'shows no address but the first',
    caughtBy: ['attach/round-trip'],
    seed: showsAll((one) => ({ ...one, addresses: one.addresses.slice(0, 1) })),
  },
  {
    name: 'takes a word that it does not know for active',
    caughtBy: ['status/unknown-word'],
    seed: showsState((state) => (state === 'unknown' ? 'active' : state)),
  },
  {
    name: 'throws at a word that it does not know',
    caughtBy: ['status/unknown-word'],
    seed: showsState((state, raw) => {
      if (state === 'unknown') throw new AmphoraComputeError(`The backend says ${raw}`, { code: 'internal' })
      return state
    }),
  },
  {
    name: 'takes what is stopped for active',
    caughtBy: ['status/known-states'],
    seed: showsState((state) => (state === 'stopped' ? 'active' : state)),
  },
  {
    name: 'takes an outage for an absence',
    caughtBy: ['outage/get', 'outage/wait', 'fault/reset', 'fault/5xx'],
    seed: ({ driver }) => ({
      getAmphora: (id, call) =>
        driver.getAmphora(id, call).catch((error: unknown) => {
          throw isCode(error, 'unavailable') ? new InstanceNotFoundError('There is none') : error
        }),
    }),
  },
  {
    name: 'says unknown in an outage',
    caughtBy: ['outage/status', 'fault/5xx'],
    seed: ({ driver }) => ({
      status: (id, call) => statusOf(driver, id, call).catch(unless('unavailable', { state: 'unknown', raw: '' })),
    }),
  },
  {
    name: 'asks three times for what is gone',
    caughtBy: ['get/absent', 'status/absent'],
    seed: ({ driver }) => ({
      getAmphora: (id, call) => repeated(3, 'not-found', () => driver.getAmphora(id, call)),
      status: (id, call) => repeated(3, 'not-found', () => statusOf(driver, id, call)),
    }),
  },
  {
    name: 'logs in again and again',
    caughtBy: ['fault/401'],
    seed: ({ driver }) => ({ find: (name, call) => repeated(8, 'unauthenticated', () => driver.find(name, call)) }),
  },
  {
    name: 'takes what is forbidden for what is absent',
    caughtBy: ['fault/403'],
    seed: ({ driver }) => ({
      getAmphora: (id, call) =>
        driver.getAmphora(id, call).catch((error: unknown) => {
          throw isCode(error, 'permission-denied') ? new InstanceNotFoundError('There is none') : error
        }),
    }),
  },
  {
    name: 'takes its own deadline for an absence',
    caughtBy: ['signal/during', 'deadline/status', 'fault/slow-drip'],
    seed: ({ driver }) => ({
      status: (id, call) =>
        statusOf(driver, id, call).catch((error: unknown) => {
          throw call.signal.aborted ? new InstanceNotFoundError('There is none') : error
        }),
    }),
  },
  {
    name: 'says gone of what is being deleted',
    caughtBy: ['delete/removes', 'status/known-states'],
    laws: { deleteMs: 500 },
    seed: ({ driver }) => ({
      getAmphora: async (id, call) => {
        const one = await driver.getAmphora(id, call)
        if (one.status.state === 'deleting') throw new InstanceNotFoundError('There is none')
        return one
      },
      status: async (id, call) => {
        const status = await statusOf(driver, id, call)
        if (status.state === 'deleting') throw new InstanceNotFoundError('There is none')
        return status
      },
      watch: async function* (call) {
        for await (const one of driver.watch(call)) {
          yield one.status.state === 'deleting' ? { ...one, status: { state: 'deleted', raw: 'deleting' } } : one
        }
      },
    }),
  },
  {
    name: 'is well in an outage, it says',
    caughtBy: ['outage/check'],
    seed: ({ driver }) => ({ check: (call) => driver.check(call).catch(unless('unavailable', { warnings: [] })) }),
  },
  {
    name: 'blocks everything now and then',
    caughtBy: ['hygiene/event-loop'],
    seed: ({ driver }) => {
      let calls = 0
      return {
        status: (id, call) => {
          calls += 1
          const until = performance.now() + (calls % 400 === 0 ? 300 : 0)
          while (performance.now() < until);
          return statusOf(driver, id, call)
        },
      }
    },
  },
  {
    name: 'knows only what it has built itself',
    caughtBy: ['id/outlives-its-maker'],
    seed: ({ driver }) => {
      const built = new Set<string>()
      return {
        build: async (order, call) => {
          const id = await driver.build(order, call)
          built.add(id)
          return id
        },
        getAmphora: async (id, call) => {
          const one = await driver.getAmphora(id, call)
          if (!built.has(id)) throw new InstanceNotFoundError('There is none')
          return one
        },
      }
    },
  },
  {
    name: 'relies on an answer that it cannot read',
    caughtBy: ['fault/garbage', 'hygiene/only-our-errors'],
    seed: ({ driver }) => ({
      getAmphora: (id, call) =>
        driver.getAmphora(id, call).catch((error: unknown) => {
          if (!isReason(error, 'noop/garbage')) throw error
          const body: { readonly server?: { readonly id: string } } = JSON.parse('{}')
          return { ...body, id: (body.server as { readonly id: string }).id } as unknown as ReportedAmphora
        }),
    }),
  },
  {
    name: 'forgets when it may ask again',
    caughtBy: ['fault/429'],
    seed: failing(['status', 'getAmphora'], (error) => Object.assign(error, { retryAfterMs: undefined })),
  },
  {
    name: 'takes too many requests for an outage',
    caughtBy: ['fault/429'],
    seed: failing(['status', 'getAmphora'], (error) =>
      isCode(error, 'resource-exhausted') ? Object.assign(error, { code: 'unavailable' }) : error,
    ),
  },
  {
    name: 'tells nothing of an amphora that fails while it is watched',
    caughtBy: ['wait/terminal-state'],
    seed: ({ driver }) => ({
      watch: async function* (call) {
        for await (const one of driver.watch(call)) if (one.status.state !== 'error') yield one
      },
    }),
  },
  {
    name: 'ends a watch in silence',
    caughtBy: ['watch/outage'],
    seed: ({ driver }) => ({
      watch: async function* (call) {
        try {
          yield* driver.watch(call)
        } catch (error) {
          if (!isCode(error, 'unavailable')) throw error
        }
      },
    }),
  },
  {
    name: 'takes an outage for the deletion of all that it watches',
    caughtBy: ['watch/outage'],
    seed: ({ driver }) => ({
      watch: async function* (call) {
        const seen = new Map<string, ReportedAmphora>()
        try {
          for await (const one of driver.watch(call)) {
            seen.set(one.id, one)
            yield one
          }
        } catch (error) {
          if (isCode(error, 'unavailable'))
            for (const one of seen.values()) yield { ...one, status: { state: 'deleted', raw: 'gone' } }
          throw error
        }
      },
    }),
  },
  {
    name: 'watches without telling what there is',
    caughtBy: ['watch/outage', 'watch/sees-changes', 'watch/sees-deletion'],
    // It may fail before the watch has begun.
    atTimesBy: ['wait/terminal-state'],
    seed: ({ driver, world }) => ({
      watch: async function* (call) {
        const before = new Set(world.snapshot().instances.map(({ id }) => id))
        for await (const one of driver.watch(call)) if (!before.delete(one.id)) yield one
      },
    }),
  },
]

function unless<T>(code: string, answer: T): (error: unknown) => T {
  return (error) => {
    if (isCode(error, code)) return answer
    throw error
  }
}

async function all(driver: Driver, call: Parameters<Driver['list']>[0]): Promise<readonly ReportedAmphora[]> {
  const found: ReportedAmphora[] = []
  for await (const one of driver.list(call)) found.push(one)
  return found
}

/** Every way in which an amphora is shown, but for a watch. */
function shows(change: (one: ReportedAmphora) => ReportedAmphora): (ground: Ground) => Partial<Driver> {
  return ({ driver }) => ({
    getAmphora: async (id, call) => change(await driver.getAmphora(id, call)),
    find: async (name, call) => (await driver.find(name, call)).map(change),
    list: async function* (call) {
      for await (const one of driver.list(call)) yield change(one)
    },
  })
}

/** The same, a watch included. */
function showsAll(change: (one: ReportedAmphora) => ReportedAmphora): (ground: Ground) => Partial<Driver> {
  const shown = shows(change)
  return (ground) => ({
    ...shown(ground),
    watch: async function* (call) {
      for await (const one of ground.driver.watch(call)) yield change(one)
    },
  })
}

async function repeated<T>(times: number, code: string, ask: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await ask()
    } catch (error) {
      if (turn === times || !isCode(error, code)) throw error
      await sleep(5)
    }
  }
}

function showsState(change: (state: AmphoraState, raw: string) => AmphoraState): (ground: Ground) => Partial<Driver> {
  const changed = (status: ReportedStatus): ReportedStatus => ({ ...status, state: change(status.state, status.raw) })
  const shown = shows((one) => ({ ...one, status: changed(one.status) }))
  return (ground) => ({
    ...shown(ground),
    status: async (id, call) => changed(await statusOf(ground.driver, id, call)),
  })
}

function failing(
  verbs: readonly ('status' | 'getAmphora')[],
  change: (error: object) => object,
): (ground: Ground) => Partial<Driver> {
  return ({ driver }) =>
    Object.fromEntries(
      verbs.map((verb) => [
        verb,
        (...args: Parameters<Driver['getAmphora']>) =>
          driver[verb]?.(...args).catch((error: unknown) => {
            throw typeof error === 'object' && error !== null ? change(error) : error
          }),
      ]),
    )
}
