import { setTimeout as sleep } from 'node:timers/promises'
import type { BuildOrder, Call } from '@amphora/core'
import { isCode, isReason, type Driver, type Ground, type Mutant } from './mutant.ts'

/** Defects of `build`. */
export const buildingMutants: readonly Mutant[] = [
  {
    name: 'ignores the keys of an order',
    caughtBy: ['payload/keys-arrive'],
    seed: withOrder((order) => ({ ...order, keys: [] })),
  },
  {
    name: 'sorts the keys of an order',
    caughtBy: ['payload/keys-arrive'],
    seed: withOrder((order) => ({ ...order, keys: [...order.keys].sort() })),
  },
  {
    name: 'ignores user data',
    caughtBy: ['payload/user-data-arrives-exact'],
    seed: withOrder((order) => ({ ...order, userData: undefined })),
  },
  {
    name: 'takes contents for text',
    caughtBy: ['payload/files-arrive-exact', 'payload/user-data-arrives-exact'],
    seed: withOrder((order) => ({
      ...order,
      files: order.files.map(({ path, bytes }) => ({ path, bytes: asText(bytes) })),
      userData: order.userData && asText(order.userData),
    })),
  },
  {
    name: 'leaves out files that are empty',
    caughtBy: ['payload/files-arrive-exact'],
    seed: withOrder((order) => ({ ...order, files: order.files.filter(({ bytes }) => bytes.length > 0) })),
  },
  {
    name: 'does not replace a file of the image',
    caughtBy: ['files/overwrite'],
    seed: withOrder((order) => ({ ...order, files: order.files.filter(({ path }) => path !== '/etc/hostname') })),
  },
  {
    name: 'waits in build until the amphora is active',
    caughtBy: ['build/returns-an-id-on-acceptance', 'delete/while-building', 'find/one'],
    seed: ({ driver, world, clock }) => ({
      build: async (order, call) => {
        const id = await driver.build(order, call)
        const isBuilding = (): boolean =>
          world.snapshot().instances.some((one) => one.id === id && one.word === 'building')
        while (isBuilding()) await clock.sleep(5, call.signal)
        return id
      },
    }),
  },
  {
    name: 'makes a second instance under the same name',
    caughtBy: [
      'build/same-name-same-order',
      'build/same-name-other-order',
      'id/outlives-its-maker',
      'signal/build-is-tracked',
      'deadline/build',
      'fault/lost-response',
      'fault/reset',
      'fault/acted-late',
      'fault/5xx',
      'fault/garbage',
    ],
    laws: { uniqueNames: false },
    seed: withOrder((order) => ({ ...order, nameIsFresh: true })),
  },
  {
    name: 'looks whether the name is taken, and then builds as if nobody else did the same',
    caughtBy: ['build/same-name-same-order'],
    laws: { uniqueNames: false },
    options: { settleMs: 200 },
  },
  {
    name: 'sends a build again blindly when its answer was lost',
    caughtBy: ['fault/lost-response', 'fault/acted-late'],
    laws: { uniqueNames: false },
    options: { settleMs: 200 },
    seed: (ground) => {
      const { build } = oneAtATime(ground)
      return {
        build: async (order, call) => {
          try {
            return await build(order, call)
          } catch (error) {
            if (!isCode(error, 'unavailable') || isReason(error, 'noop/refuse')) throw error
            return ground.driver.build({ ...order, nameIsFresh: true }, call)
          }
        },
      }
    },
  },
  {
    name: 'adopts without comparing the fingerprint',
    caughtBy: ['build/same-name-other-order'],
    seed: adoptsOn('noop/other-order'),
  },
  {
    name: 'adopts an instance that is not ours',
    caughtBy: ['build/foreign-name'],
    seed: adoptsOn('noop/foreign-name'),
  },
  {
    name: 'mixes up the ids of builds that are under way at once',
    caughtBy: ['build/ten-at-once'],
    seed: ({ driver }) => {
      let last = ''
      return {
        build: async (order, call) => {
          last = await driver.build(order, call)
          await sleep(2)
          return last
        },
      }
    },
  },
  {
    name: 'takes any answer to a build for a success',
    caughtBy: ['fault/garbage'],
    seed: ({ driver }) => ({
      build: (order, call) =>
        driver.build(order, call).catch((error: unknown) => {
          if (isReason(error, 'noop/garbage')) return 'undefined'
          throw error
        }),
    }),
  },
  {
    name: 'says that nothing was created where nobody knows',
    caughtBy: ['fault/lost-response', 'fault/5xx', 'fault/garbage'],
    seed: ({ driver }) => ({
      build: (order, call) =>
        driver.build(order, call).catch((error: unknown) => {
          if (typeof error === 'object' && error !== null) Object.assign(error, { outcome: 'not-created' })
          throw error
        }),
    }),
  },
  {
    name: 'says that a build is in doubt where nothing was sent',
    caughtBy: ['outage/build'],
    seed: ({ driver }) => ({
      build: (order, call) =>
        driver.build(order, call).catch((error: unknown) => {
          if (isReason(error, 'noop/refuse')) Object.assign(error as object, { outcome: 'in-doubt' })
          throw error
        }),
    }),
  },
  {
    name: 'takes a full backend for a busy one',
    caughtBy: ['build/no-capacity'],
    seed: failingAs('resource-exhausted', 'conflict'),
  },
  {
    name: 'takes a conflict for an outage',
    caughtBy: ['fault/409'],
    seed: failingAs('conflict', 'unavailable'),
  },
  {
    name: 'takes any image for one that there is',
    caughtBy: ['build/unknown-image'],
    seed: withOrder((order) => ({ ...order, imageId: 'image-1' })),
  },
  {
    name: 'makes a placement group that keeps together what is to be kept apart',
    caughtBy: ['group/round-trip'],
    seed: ({ driver }) => ({
      createPlacementGroup: (name, _policy, call) => driver.createPlacementGroup(name, 'affinity', call),
    }),
  },
]

function withOrder(change: (order: BuildOrder) => BuildOrder): NonNullable<Mutant['seed']> {
  return ({ driver }) => ({ build: (order, call) => driver.build(change(order), call) })
}

function failingAs(code: string, other: string): NonNullable<Mutant['seed']> {
  return ({ driver }) => ({
    build: (order, call) =>
      driver.build(order, call).catch((error: unknown) => {
        throw isCode(error, code) && typeof error === 'object' ? Object.assign(error ?? {}, { code: other }) : error
      }),
  })
}

function asText(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(bytes))
}

function adoptsOn(reason: string): NonNullable<Mutant['seed']> {
  return ({ driver, world }) => ({
    build: (order, call) =>
      driver.build(order, call).catch((error: unknown) => {
        const holder = world.snapshot().instances.find(({ name }) => name === order.name)
        if (isReason(error, reason) && holder !== undefined) return holder.id
        throw error
      }),
  })
}

/** Where names are not unique, the look-up and the build are one step only if nobody comes between. */
function oneAtATime({ driver }: Ground): Pick<Driver, 'build'> {
  const queues: Map<string, Promise<unknown>> = QUEUES
  return {
    build: (order: BuildOrder, call: Call): Promise<string> => {
      const turn = (queues.get(order.name) ?? Promise.resolve()).catch(() => {}).then(() => driver.build(order, call))
      queues.set(order.name, turn)
      return turn
    },
  }
}

const QUEUES = new Map<string, Promise<unknown>>()
