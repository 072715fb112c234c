import { isCode, isReason, statusOf, type Driver, type Ground, type Mutant } from './mutant.ts'

/** Defects of the verbs that change what there is. */
export const changingMutants: readonly Mutant[] = [
  {
    name: "swallows a delete's error",
    caughtBy: ['delete/only-its-own', 'id/foreign', 'signal/during', 'outage/delete', 'fault/5xx', 'fault/redirect'],
    seed: swallows('delete', () => true),
  },
  {
    name: 'takes a delete for accepted that has not been sent',
    caughtBy: ['outage/delete'],
    seed: swallows('delete', (error) => isReason(error, 'noop/refuse')),
  },
  {
    name: 'rejects the delete of what is gone',
    caughtBy: ['delete/twice', 'delete/absent'],
    seed: ({ driver, world }) => ({
      delete: async (id, call) => {
        if (!world.snapshot().instances.some((one) => one.id === id)) await driver.getAmphora(id, call)
        await driver.delete(id, call)
      },
    }),
  },
  {
    name: 'forgets the delete of what is being built',
    caughtBy: ['delete/while-building'],
    // Where the machine is busy, another rule deletes what is still being built, and leaves it.
    atTimesBy: ['hygiene/ledger'],
    seed: ({ driver, world }) => ({
      delete: async (id, call) => {
        const isBuilding = world.snapshot().instances.some((one) => one.id === id && one.word === 'building')
        if (!isBuilding) await driver.delete(id, call)
      },
    }),
  },
  {
    name: 'deletes what another owner made',
    caughtBy: ['delete/only-its-own', 'id/foreign'],
    seed: ({ driver, world, as }) => ({
      delete: (id, call) => {
        const owner = world.snapshot().instances.find((one) => one.id === id)?.owner
        return (owner === undefined ? driver : as(owner)).delete(id, call)
      },
    }),
  },
  {
    name: 'says that a foreign instance was deleted',
    caughtBy: ['delete/only-its-own', 'id/foreign'],
    seed: swallows('delete', (error) => isCode(error, 'permission-denied')),
  },
  {
    name: 'leaves behind what it made for an attachment',
    caughtBy: ['delete/leaves-no-side-objects', 'hygiene/ledger'],
    seed: ({ driver }) => ({
      attachNetworkOrPort: async (id, target, call) => {
        await driver.createPlacementGroup(`for-${id}`, 'affinity', call)
        return driver.attachNetworkOrPort(id, target, call)
      },
    }),
  },
  {
    name: 'gives the id of a deleted amphora to the next of its name',
    caughtBy: ['id/never-reused'],
    seed: reusesIds,
  },
  {
    name: 'resumes what is active',
    caughtBy: ['resume/not-suspended'],
    seed: swallows('resume', (error) => isReason(error, 'noop/not-suspended')),
  },
  {
    name: 'remembers what it has suspended instead of asking',
    caughtBy: ['resume/not-suspended'],
    seed: ({ driver }) => {
      const suspended = new Set<string>()
      return {
        suspend: async (id, call) => {
          await driver.suspend(id, call)
          suspended.add(id)
        },
        resume: async (id, call) => {
          const isSuspended = suspended.delete(id)
          await driver.resume(id, call).catch((error: unknown) => {
            if (!isSuspended || !isReason(error, 'noop/not-suspended')) throw error
          })
        },
      }
    },
  },
  {
    name: 'rejects the suspension of what is suspended',
    caughtBy: ['suspend/twice'],
    seed: ({ driver, world }) => ({
      suspend: async (id, call) => {
        const isSuspended = world.snapshot().instances.some((one) => one.id === id && one.word === 'suspended')
        await driver.suspend(isSuspended ? 'absent' : id, call)
      },
    }),
  },
  {
    name: 'suspends in an outage, it says',
    caughtBy: ['outage/suspend'],
    seed: swallows('suspend', (error) => isReason(error, 'noop/refuse')),
  },
  {
    name: 'attaches again what is attached',
    caughtBy: ['attach/twice'],
    seed: ({ driver, clock }) => {
      let port = 0
      return {
        attachNetworkOrPort: (id, _target, call) =>
          driver.attachNetworkOrPort(id, { portId: `port-${clock.now()}-${(port += 1)}` }, call),
      }
    },
  },
  {
    name: 'rejects the detachment of what is not attached',
    caughtBy: ['detach/absent'],
    seed: ({ driver }) => ({
      detachPort: async (id, portId, call) => {
        const { addresses } = await driver.getAmphora(id, call)
        await driver.detachPort(addresses.some((address) => address.portId === portId) ? id : 'absent', portId, call)
      },
    }),
  },
  {
    name: 'rejects the deletion of a group that is gone',
    caughtBy: ['group/delete-absent'],
    seed: ({ driver, world }) => ({
      deletePlacementGroup: async (id, call) => {
        if (!world.snapshot().groups.some((group) => group.id === id)) await driver.getAmphora('absent', call)
        await driver.deletePlacementGroup(id, call)
      },
    }),
  },
]

function swallows(
  verb: 'delete' | 'resume' | 'suspend',
  which: (error: unknown) => boolean,
): (ground: Ground) => Partial<Driver> {
  return ({ driver }) => ({
    [verb]: (...args: Parameters<Driver['delete']>) =>
      driver[verb](...args).catch((error: unknown) => {
        if (!which(error)) throw error
      }),
  })
}

/** By name: what callers know an amphora by, and what the world knows it by. */
const KNOWN_AS = new Map<string, { readonly shown: string; own: string }>()

function reusesIds({ driver }: Ground): Partial<Driver> {
  const byName = KNOWN_AS
  const ownOf = (shown: string): string => [...byName.values()].find((one) => one.shown === shown)?.own ?? shown
  const shownOf = (own: string): string => [...byName.values()].find((one) => one.own === own)?.shown ?? own
  return {
    build: async (order, call) => {
      const own = await driver.build(order, call)
      const known = byName.get(order.name)
      if (known === undefined) byName.set(order.name, { shown: own, own })
      else known.own = own
      return shownOf(own)
    },
    delete: (id, call) => driver.delete(ownOf(id), call),
    getAmphora: async (id, call) => ({ ...(await driver.getAmphora(ownOf(id), call)), id }),
    status: (id, call) => statusOf(driver, ownOf(id), call),
    find: async (name, call) => (await driver.find(name, call)).map((one) => ({ ...one, id: shownOf(one.id) })),
    list: async function* (call) {
      for await (const one of driver.list(call)) yield { ...one, id: shownOf(one.id) }
    },
    watch: async function* (call) {
      for await (const one of driver.watch(call)) yield { ...one, id: shownOf(one.id) }
    },
    suspend: (id, call) => driver.suspend(ownOf(id), call),
    resume: (id, call) => driver.resume(ownOf(id), call),
    attachNetworkOrPort: (id, target, call) => driver.attachNetworkOrPort(ownOf(id), target, call),
    detachPort: (id, portId, call) => driver.detachPort(ownOf(id), portId, call),
  }
}
