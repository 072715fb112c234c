import {
  AmphoraBuildError,
  AmphoraComputeError,
  buildError,
  InvalidRequestError,
  type BuildOrder,
  type Call,
} from '@amphora/core'
import { isRefused, refused, type Images } from '@amphora/openstack'
import { Candidates } from './candidates.ts'
import { deploy, type DeploymentOptions } from './deployment.ts'
import type { Plan } from './encode.ts'
import { flavorOf } from './flavors.ts'
import { giveUp } from './give-up.ts'
import { imageSource } from './images.ts'
import type { Settings } from './options.ts'
import { orderProblems } from './order-rules.ts'
import type { Ownership } from './ownership.ts'
import { Reserver, type Held } from './reserver.ts'
import { seenAs } from './sighting.ts'
import { statusOf } from './status.ts'
import { UnfitNode } from './unfit-node.ts'
import type { WireAllocation } from './wire.ts'
import type { Whereabouts } from './whereabouts.ts'

export interface BuilderOptions extends DeploymentOptions {
  readonly images: Images
  readonly ownership: Ownership
  readonly settings: Settings
  readonly whereabouts: Whereabouts
}

/** What became of one reservation. */
type End =
  | { readonly id: string }
  /** It was given up, and another node may do. */
  | { readonly unfit: UnfitNode; readonly nodeUuid: string }
  /** It found no node, and was removed. */
  | { readonly none: AmphoraBuildError }

/** So many nodes are tried by one build: what fails on all of them alike is no node's fault. */
const MOST_NODES = 8
/** Before a node is asked for anew where one is free and Ironic reserved none: others had them all locked just then. */
const BUSY_PAUSES_MS = [100, 300, 900]
/** Between two looks at a reservation that has no node yet, milliseconds; the last one over and over. */
const PAUSES_MS = [50, 100, 200, 400, 1_000]

/** Makes the one machine of an order, or finds it. */
export class Builder {
  readonly #options: BuilderOptions
  readonly #reserver: Reserver

  constructor(options: BuilderOptions) {
    this.#options = options
    this.#reserver = new Reserver(options)
  }

  async build(order: BuildOrder, { signal }: Call): Promise<string> {
    const plan = await this.#plan(order, signal)
    try {
      return await this.#settle(plan, signal)
    } catch (thrown) {
      if (thrown instanceof AmphoraBuildError) throw thrown
      throw buildError(thrown, order, isRefused(thrown) ? 'not-created' : 'in-doubt')
    }
  }

  /** All that can be known before anything is made. */
  async #plan(order: BuildOrder, signal: AbortSignal): Promise<Plan> {
    const { settings, ownership, images } = this.#options
    const problems = orderProblems(order, settings)
    if (problems.length > 0) throw new InvalidRequestError(problems)
    const flavor = flavorOf(order, settings)
    try {
      const image = await imageSource(order.imageId ?? '', settings, images, signal)
      return { order, owner: ownership.owner, flavor, image }
    } catch (thrown) {
      throw buildError(thrown, order, 'not-created')
    }
  }

  /** Until a deployment is requested: as long as none was, a node that cannot take it is passed over for the next. */
  async #settle(plan: Plan, signal: AbortSignal): Promise<string> {
    const { client, clock, whereabouts } = this.#options
    const candidates = new Candidates(client, plan.flavor)
    let failure: UnfitNode | undefined
    let misses = 0
    for (let tried = 0; tried < MOST_NODES;) {
      const next = async (): Promise<readonly string[] | undefined> => {
        const names = await candidates.next(signal)
        if (names?.length === 0) throw noneLeft(plan, failure)
        return names
      }
      const held = await this.#reserver.hold(plan, next, (uuid) => candidates.doubt(uuid), signal)
      if (held.kind === 'deployed') {
        whereabouts.remember(held.id, held.node.uuid)
        return held.id
      }
      const end = await this.#deploy(plan, held, failure, signal)
      if ('id' in end) return end.id
      if ('none' in end) {
        const pause = BUSY_PAUSES_MS[misses]
        if (pause === undefined || !(await candidates.areLeft(signal))) throw end.none
        misses += 1
        await clock.sleep(pause, signal)
        continue
      }
      failure = end.unfit
      candidates.refuse(end.nodeUuid)
      await this.#demandImage(plan, failure, tried, signal)
      tried += 1
    }
    throw noneLeft(plan, failure)
  }

  /** An image that does not exist fails on every node; only then is it looked for. */
  async #demandImage(
    { order, image: { glanceId } }: Plan,
    { reason, cause }: UnfitNode,
    tried: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (tried > 0 || glanceId === undefined || reason !== 'ironic/validation') return
    if (await this.#options.images.exists(glanceId, signal)) return
    const told = `imageId ${JSON.stringify(order.imageId?.slice(0, 80))} is no image of the cloud`
    const error = new AmphoraComputeError(told, { code: 'not-found', reason: 'ironic/no-such-image', cause })
    throw buildError(error, order, 'not-created')
  }

  async #deploy(
    plan: Plan,
    { allocation: { uuid }, allocation: first, again }: Extract<Held, { kind: 'reserved' }>,
    failure: UnfitNode | undefined,
    signal: AbortSignal,
  ): Promise<End> {
    const { leases, whereabouts } = this.#options
    try {
      const allocation = await this.#allocated(first, signal)
      if (allocation === undefined) throw lost(plan)
      const { nodeUuid } = allocation
      if (allocation.state === 'error' || nodeUuid === undefined) {
        return { none: await this.#noNode(plan, allocation, failure, signal) }
      }
      try {
        await deploy(plan, { allocation, nodeUuid, again }, this.#options, signal)
      } catch (thrown) {
        return { unfit: await this.#undone(plan, allocation, nodeUuid, thrown, signal), nodeUuid }
      }
      leases.close(uuid)
      whereabouts.remember(uuid, nodeUuid)
      return { id: uuid }
    } finally {
      leases.leave(uuid)
    }
  }

  /** The reservation once Ironic has decided on it; `undefined` where somebody has taken it away. */
  async #allocated(first: WireAllocation, signal: AbortSignal): Promise<WireAllocation | undefined> {
    const { client, clock } = this.#options
    let allocation: WireAllocation | undefined = first
    for (let look = 0; allocation !== undefined && !isDecided(allocation); look += 1) {
      await clock.sleep(PAUSES_MS[Math.min(look, PAUSES_MS.length - 1)] ?? 0, signal)
      allocation = (await client.allocation(first.uuid, signal))?.allocation
    }
    return allocation
  }

  /** A reservation that found no node is no HTTP error, and keeps the name until it is removed. */
  async #noNode(
    plan: Plan,
    allocation: WireAllocation,
    failure: UnfitNode | undefined,
    signal: AbortSignal,
  ): Promise<AmphoraBuildError> {
    const { client, leases } = this.#options
    const { fault } = statusOf(seenAs(allocation))
    const error = noneLeft(plan, failure, fault)
    try {
      await client.release(allocation.uuid, signal)
      leases.close(allocation.uuid)
      return error
    } catch (thrown) {
      throw buildError(thrown, plan.order, 'created-then-failed', allocation.uuid)
    }
  }

  /**
   * After a failure on the way to the request: gives the reservation up where it is definite that none was made. What
   * the node alone is to blame for is the answer; anything else is thrown.
   */
  async #undone(
    { order }: Plan,
    allocation: WireAllocation,
    nodeUuid: string,
    thrown: unknown,
    signal: AbortSignal,
  ): Promise<UnfitNode> {
    const { client, leases } = this.#options
    const { uuid } = allocation
    const isDefinite = thrown instanceof AmphoraComputeError && !thrown.recovery.inDoubt && !signal.aborted
    if (!isDefinite) throw buildError(thrown, order, 'in-doubt')
    if (leases.isAsked(uuid) || !leases.isIn(uuid)) throw buildError(thrown, order, 'created-then-failed', uuid)
    try {
      await giveUp({ allocation, node: await client.node(nodeUuid, signal) }, this.#options, signal)
    } catch (failed) {
      // Why it could not be undone is what passes; why it had to be is told when the build is repeated.
      const outcome = isRefused(failed) ? 'created-then-failed' : 'in-doubt'
      throw buildError(failed, order, outcome, outcome === 'in-doubt' ? undefined : uuid)
    }
    leases.close(uuid)
    if (thrown instanceof UnfitNode) return thrown
    throw buildError(thrown, order, 'not-created')
  }
}

function isDecided({ state, nodeUuid }: WireAllocation): boolean {
  return state === 'error' || (state === 'active' && nodeUuid !== undefined)
}

function noneLeft({ order, flavor }: Plan, failure: UnfitNode | undefined, fault?: string): AmphoraBuildError {
  if (failure !== undefined) {
    const { message, code, reason, retryAfterMs, cause } = failure
    const told = `no node could take it, and on the last one that was tried ${message}`
    return buildError(new AmphoraComputeError(told, { code, reason, retryAfterMs, cause }), order, 'not-created')
  }
  const { resourceClass, traits, candidateNodes } = flavor
  const wanted = [
    `of the resource class ${JSON.stringify(resourceClass)}`,
    ...(traits.length === 0 ? [] : [`with ${traits.join(', ')}`]),
    ...(candidateNodes === undefined ? [] : ['among the candidates of the flavor']),
  ].join(' ')
  const error = new AmphoraComputeError(`no node ${wanted} is free`, {
    code: 'resource-exhausted',
    reason: 'ironic/no-node',
    cause: fault === undefined ? undefined : new Error(fault),
  })
  return buildError(error, order, 'not-created')
}

function lost({ order }: Plan): AmphoraBuildError {
  return refused(order, 'conflict', 'ironic/reservation-lost', 'the reservation was removed by somebody else')
}
