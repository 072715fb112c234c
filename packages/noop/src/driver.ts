import {
  AmphoraBuildError,
  AmphoraComputeError,
  type AmphoraAddress,
  type AttachTarget,
  type BuildOrder,
  type Call,
  type CheckReport,
  type DriverContext,
  type DriverFor,
  type PlacementPolicy,
  type ReportedAmphora,
  type ReportedStatus,
} from '@amphora/core'
import { adopted, changeable, deletable, living, owned, visible } from './verbs/ownership.ts'
import { attach, detach } from './verbs/attach.ts'
import type { capabilities } from './capabilities.ts'
import { toAmphora, toStatus } from './decode.ts'
import { toSpec } from './encode.ts'
import { toComputeError } from './errors.ts'
import { Gate } from './gate.ts'
import { list } from './verbs/list.ts'
import type { Settings } from './options.ts'
import { problemsOf } from './verbs/problems.ts'
import { refusedFields } from './verbs/refused-fields.ts'
import type { Visit } from './world/visit.ts'
import { watch } from './verbs/watch.ts'
import type { Instance } from './world/instance.ts'
import { resuming, suspending } from './world/lifecycle.ts'

/** The driver of one binding. Keeps nothing but the way to its world: whatever must outlive it is there. */
export function connect(settings: Settings, { owner, clock }: DriverContext): DriverFor<typeof capabilities> {
  const { world, latencyMs, pageSize, pollMs, refuses } = settings
  const backend = world.connect(clock)
  const gate = new Gate({ backend, script: world.script, calls: world.calls, clock, latencyMs })
  const shown = (instance: Instance): ReportedAmphora => toAmphora(instance, backend.wordOf(instance))
  const present = (): readonly Instance[] => owned(backend.all(), owner)

  return {
    async build(order: BuildOrder, call: Call): Promise<string> {
      const visit = { verb: 'build', name: order.name } as const
      const spec = toSpec(order, owner)
      // Where names are not unique, one that may be taken has to be looked up first.
      if (!backend.laws.uniqueNames && !order.nameIsFresh) {
        const look = { verb: 'find', name: order.name } as const
        const namesakes = gate.pass(look, call, () => living(backend, owned(backend.named(order.name), owner)))
        const [oldest] = await namesakes.catch(notBegun)
        if (oldest !== undefined) return settled(() => adopted(backend, oldest, spec), visit)
      }
      return gate.pass(visit, call, (ending) => {
        const { instance, created } = backend.create(spec, ending)
        return created ? instance.id : adopted(backend, instance, spec)
      })
    },

    delete: (id: string, call: Call): Promise<void> =>
      unlessGone(
        gate.pass({ verb: 'delete', id }, call, () => {
          const instance = deletable(backend, id, owner)
          if (instance !== undefined) backend.delete(instance)
        }),
      ),

    status: (id: string, call: Call): Promise<ReportedStatus> =>
      gate.pass({ verb: 'status', id }, call, () => {
        const instance = visible(backend, id, owner)
        return toStatus(instance, backend.wordOf(instance))
      }),

    getAmphora: (id: string, call: Call): Promise<ReportedAmphora> =>
      gate.pass({ verb: 'getAmphora', id }, call, () => shown(visible(backend, id, owner))),

    find: (name: string, call: Call): Promise<readonly ReportedAmphora[]> =>
      gate.pass({ verb: 'find', name }, call, () => owned(backend.named(name), owner).map(shown)),

    list: (call: Call): AsyncIterable<ReportedAmphora> =>
      list((behind) =>
        gate.pass({ verb: 'list' }, call, () => {
          const page = present()
            .filter(({ sequence }) => sequence > behind)
            .slice(0, pageSize)
          return { amphorae: page.map(shown), last: page.length < pageSize ? undefined : page.at(-1)?.sequence }
        }),
      ),

    check: (call: Call): Promise<CheckReport> =>
      gate.pass({ verb: 'check' }, call, () => ({
        version: 'noop/1',
        warnings: backend.room > 0 ? [] : ['there is no room for another instance'],
      })),

    refuse: (order: BuildOrder): readonly string[] => refusedFields(order, refuses),

    validate: (order: BuildOrder, call: Call): Promise<readonly string[]> =>
      gate.pass({ verb: 'validate', name: order.name }, call, () => problemsOf(backend, toSpec(order, owner))),

    suspend: (id: string, call: Call): Promise<void> =>
      gate.pass({ verb: 'suspend', id }, call, () => {
        const instance = changeable(backend, id, owner)
        const motion = suspending(instance.motion, backend.now, backend.laws)
        if (motion !== undefined) backend.move(instance, motion)
      }),

    resume: (id: string, call: Call): Promise<void> =>
      gate.pass({ verb: 'resume', id }, call, () => {
        const instance = changeable(backend, id, owner)
        backend.move(instance, resuming(instance.motion, backend.now, backend.laws))
      }),

    watch: (call: Call): AsyncIterable<ReportedAmphora> =>
      watch({
        look: () =>
          gate.pass({ verb: 'watch' }, call, () =>
            present().map((instance) => ({
              mark: `${instance.revision} ${backend.wordOf(instance)}`,
              amphora: shown(instance),
            })),
          ),
        pause: () => gate.pause(pollMs, call.signal),
      }),

    attachNetworkOrPort: (id: string, target: AttachTarget, call: Call): Promise<AmphoraAddress> =>
      gate.pass({ verb: 'attachNetworkOrPort', id }, call, () =>
        attach(backend, changeable(backend, id, owner), target),
      ),

    detachPort: (id: string, portId: string, call: Call): Promise<void> =>
      gate.pass({ verb: 'detachPort', id }, call, () => detach(backend, changeable(backend, id, owner), portId)),

    createPlacementGroup: (name: string, policy: PlacementPolicy, call: Call): Promise<string> =>
      gate.pass({ verb: 'createPlacementGroup', name }, call, () => backend.placement.create(name, policy, owner).id),

    deletePlacementGroup: (id: string, call: Call): Promise<void> =>
      unlessGone(gate.pass({ verb: 'deletePlacementGroup', id }, call, () => backend.placement.delete(id, owner))),
  }
}

/** A backend may answer a delete by saying that there is no such thing, and that is what was wanted. */
async function unlessGone(deleted: Promise<void>): Promise<void> {
  try {
    await deleted
  } catch (thrown) {
    if (!(thrown instanceof AmphoraComputeError) || thrown.code !== 'not-found') throw thrown
  }
}

/** The look before a build has failed, so nothing of the build was sent. */
function notBegun(thrown: unknown): never {
  const { message, code, reason, amphoraName, retryAfterMs, cause } = AmphoraComputeError.from(thrown, 'internal')
  const outcome = 'not-created'
  throw new AmphoraBuildError(message, { code, reason, amphoraName, retryAfterMs, cause, outcome })
}

/** A decision about what an earlier call has brought, with the world's refusals translated. */
function settled<T>(decide: () => T, visit: Visit): T {
  try {
    return decide()
  } catch (thrown) {
    throw toComputeError(thrown, visit)
  }
}
