import { randomUUID } from 'node:crypto'
import { AmphoraBuildError, buildError, type Clock } from '@amphora/core'
import { createError, hasStatus, isRefused, otherOrder, refused } from '@amphora/openstack'
import { allocationBody, type Plan } from './encode.ts'
import { giveUp, type Premises } from './give-up.ts'
import type { Leases } from './leases.ts'
import { claimOf, hasPorts, type Ownership } from './ownership.ts'
import { isDeployed } from './status.ts'
import type { WireAllocation, WireNode } from './wire.ts'

export interface ReserverOptions extends Premises {
  readonly ownership: Ownership
  readonly leases: Leases
  readonly clock: Clock
}

/** What stands under a name now. */
export type Held =
  | { readonly kind: 'deployed'; readonly id: string; readonly node: WireNode }
  /** Ours to deploy, until we leave it. `again`: some of the work on it may have been done. */
  | { readonly kind: 'reserved'; readonly allocation: WireAllocation; readonly again: boolean }

/** Between two looks at a name that somebody else is at work on, milliseconds; the last one over and over. */
const PAUSES_MS = [100, 200, 400, 1_000]
/** So long a build waits for somebody else, milliseconds: less than an attempt may take. */
const PATIENCE_MS = 18_000
/** A name that is refused as taken and that nobody has: so often, and it is given up. */
const MOST_TRIES = 5

/** Gets a node under a name that is unique in the whole of Ironic, or finds who has it. */
export class Reserver {
  readonly #options: ReserverOptions

  constructor(options: ReserverOptions) {
    this.#options = options
  }

  /** `doubt` is told of a node whose deployment under this name has failed. */
  async hold(
    plan: Plan,
    candidates: () => Promise<readonly string[] | undefined>,
    doubt: (nodeUuid: string) => void,
    signal: AbortSignal,
  ): Promise<Held> {
    const { order } = plan
    for (let tries = 1; ; tries += 1) {
      const made = await this.#reserve(plan, await candidates(), signal)
      if (made !== undefined) return { kind: 'reserved', allocation: made, again: false }
      const held = await this.#holder(plan, doubt, signal)
      if (held !== undefined) return held
      if (tries >= MOST_TRIES) {
        throw refused(
          order,
          'conflict',
          'ironic/name-race',
          'Ironic says that the name is taken, and shows nobody that has it',
        )
      }
    }
  }

  /** `undefined` where the name is taken. */
  async #reserve(
    plan: Plan,
    candidates: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<WireAllocation | undefined> {
    const { client, leases, ownership } = this.#options
    const uuid = randomUUID()
    const name = ownership.keyOf(plan.order.name)
    leases.open(uuid)
    try {
      return await client.reserve(allocationBody(plan, { uuid, name, candidates }), signal)
    } catch (thrown) {
      const error = createError(thrown, plan.order)
      if (error.outcome === 'not-created') leases.close(uuid)
      else leases.leave(uuid)
      if (hasStatus(thrown, 409)) return undefined
      throw error
    }
  }

  /** Who has the name, once nobody else is at work on it; `undefined` where it is free. */
  async #holder(plan: Plan, doubt: (nodeUuid: string) => void, signal: AbortSignal): Promise<Held | undefined> {
    const { client, clock, leases, ownership } = this.#options
    const { order } = plan
    const began = clock.monotonic()
    for (let look = 0; ; look += 1) {
      const found = await client.allocation(ownership.keyOf(order.name), signal)
      if (found === undefined) return undefined
      const { allocation, dateMs } = found
      const { uuid, state, nodeUuid } = allocation
      this.#demandSame(allocation, plan)
      if (state === 'error') {
        await client.release(uuid, signal)
        return undefined
      }
      const node = nodeUuid === undefined ? undefined : await client.node(nodeUuid, signal)
      if (node?.instanceUuid === uuid && isDeployed(node.provisionState)) {
        const { provisionState } = node
        if (provisionState === 'deploy failed' || provisionState === 'error') {
          doubt(node.uuid)
          await this.#undeploy(allocation, node, signal)
        } else if (provisionState !== 'deleting') return { kind: 'deployed', id: uuid, node }
      } else if (leases.enter(uuid)) return { kind: 'reserved', allocation, again: true }
      else if (leases.mayRemove(allocation, dateMs)) return this.#replace(plan, allocation, node, signal)
      if (clock.monotonic() - began > PATIENCE_MS) {
        throw refused(
          order,
          'conflict',
          'ironic/name-busy',
          'somebody else builds or removes an amphora under the name; build again',
        )
      }
      await clock.sleep(PAUSES_MS[Math.min(look, PAUSES_MS.length - 1)] ?? 0, signal)
    }
  }

  /** What others hold is neither adopted nor touched. */
  #demandSame(allocation: WireAllocation, { order, owner }: Plan): void {
    const claim = claimOf(allocation)
    const isOurs =
      claim?.owner === owner &&
      claim.name === order.name &&
      allocation.name === this.#options.ownership.keyOf(order.name)
    if (!isOurs)
      throw refused(order, 'already-exists', 'ironic/foreign-name', 'the name is taken by something that is not ours')
    if (claim.fingerprint === order.fingerprint) return
    throw otherOrder(order, 'ironic')
  }

  /** A deployment that failed is removed; whoever looks next sees how far that is. */
  async #undeploy(allocation: WireAllocation, node: WireNode, signal: AbortSignal): Promise<void> {
    const { client, ports } = this.#options
    try {
      await client.undeploy(node.uuid, signal)
      if (hasPorts(allocation)) await ports?.removeOf(allocation.uuid, signal)
    } catch (thrown) {
      // Locked, or somebody else was faster.
      if (!(hasStatus(thrown, 409) || hasStatus(thrown, 400))) throw thrown
    }
  }

  /** Nobody is at work on it any more. */
  async #replace(
    { order }: Plan,
    allocation: WireAllocation,
    node: WireNode | undefined,
    signal: AbortSignal,
  ): Promise<undefined> {
    const { uuid } = allocation
    try {
      await giveUp({ allocation, node }, this.#options, signal)
    } catch (thrown) {
      if (thrown instanceof AmphoraBuildError || !isRefused(thrown)) throw thrown
      throw buildError(thrown, order, 'created-then-failed', uuid)
    }
    this.#options.leases.close(uuid)
    return undefined
  }
}
