import {
  AmphoraBuildError,
  AmphoraComputeError,
  buildError,
  InvalidRequestError,
  type BuildOrder,
  type Call,
  type Clock,
} from '@amphora/core'
import { packFiles } from './archive.ts'
import type { Client } from './client.ts'
import { connectBody, planOf, type Plan } from './encode.ts'
import { EngineError } from './errors.ts'
import { ImagePulls } from './image.ts'
import type { Settings } from './options.ts'
import { LABELS, type Ownership } from './ownership.ts'
import { orderProblems } from './order-rules.ts'
import { VersionProbe } from './version.ts'
import type { WireContainer } from './wire.ts'

export interface BuilderOptions {
  readonly client: Client
  readonly ownership: Ownership
  readonly settings: Settings
  readonly clock: Clock
}

/** The container under the order's name. */
interface Holder {
  readonly id: string
  /** Made by this very call; only such a one is ever taken back. */
  readonly isOwn: boolean
  /** It may lack files, networks or its start. */
  readonly isUnfinished: boolean
}

/** Makes the one container of an order, or finds it. */
export class Builder {
  readonly #client: Client
  readonly #ownership: Ownership
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #pulls: ImagePulls
  readonly #version: VersionProbe

  constructor({ client, ownership, settings, clock }: BuilderOptions) {
    this.#client = client
    this.#ownership = ownership
    this.#settings = settings
    this.#clock = clock
    this.#pulls = new ImagePulls(client, settings.pullTimeoutMs)
    this.#version = new VersionProbe(client)
  }

  /** The id, once the engine has started the container: an earlier answer would lose the error of a start that fails. */
  async build(order: BuildOrder, call: Call): Promise<string> {
    const plan = await this.#plan(order, call)
    const holder = await this.#hold(plan, order, call)
    if (holder.isUnfinished) await this.#finish(plan, holder, order, call)
    return holder.id
  }

  async #plan(order: BuildOrder, call: Call): Promise<Plan> {
    const problems = orderProblems(order, this.#settings)
    if (problems.length > 0) throw new InvalidRequestError(problems)
    try {
      const networksAtOnce = order.networkIds.length > 1 && (await this.#version.isAtLeast([1, 44], call.signal))
      return planOf(order, { settings: this.#settings, ownership: this.#ownership, networksAtOnce })
    } catch (thrown) {
      throw buildError(thrown, order, 'not-created')
    }
  }

  async #hold(plan: Plan, order: BuildOrder, call: Call): Promise<Holder> {
    try {
      return { id: await this.#client.create(plan.name, plan.body, call.signal), isOwn: true, isUnfinished: true }
    } catch (thrown) {
      if (isTaken(thrown)) return this.#adopt(plan.name, order, call)
      if (!hasReason(thrown, 'docker/no-such-image') || this.#settings.pull === 'never')
        throw createError(thrown, order)
    }
    await this.#pull(plan, order, call)
    try {
      return { id: await this.#client.create(plan.name, plan.body, call.signal), isOwn: true, isUnfinished: true }
    } catch (thrown) {
      if (isTaken(thrown)) return this.#adopt(plan.name, order, call)
      throw createError(thrown, order)
    }
  }

  /** Nothing is on the engine before and after a pull but layers, which it keeps. */
  async #pull(plan: Plan, order: BuildOrder, call: Call): Promise<void> {
    try {
      await this.#pulls.pull(plan.body.Image, call)
    } catch (thrown) {
      throw buildError(thrown, order, 'not-created')
    }
  }

  /** The name is taken: by the same order, which is then the one instance, or by something that is left alone. */
  async #adopt(name: string, order: BuildOrder, call: Call): Promise<Holder> {
    const holder = await this.#client.inspect(name, call.signal).catch((thrown: unknown) => {
      throw buildError(thrown, order, 'in-doubt')
    })
    if (holder === undefined || holder.Name !== `/${name}` || holder.State.Status === 'removing') {
      throw refused(order, 'conflict', 'name-in-removal', 'the name is being given free; try again in a moment')
    }
    if (!this.#ownership.owns({ names: [holder.Name], labels: holder.Labels })) {
      throw refused(order, 'already-exists', 'foreign-name', 'a container that is not ours has the name')
    }
    if (holder.Labels[LABELS.fingerprint] !== order.fingerprint) {
      throw refused(
        order,
        'already-exists',
        'other-order',
        'an amphora that another request has built has the name; take another name, or delete that one first',
      )
    }
    return { id: holder.Id, isOwn: false, isUnfinished: isUntouched(holder) }
  }

  /** Every step may be repeated: an archive overwrites itself, a second connect and a second start change nothing. */
  async #finish(plan: Plan, holder: Holder, order: BuildOrder, call: Call): Promise<void> {
    const { id } = holder
    try {
      for (const { directory, files } of plan.archives) {
        const archive = await packFiles(files, directory, new Date(this.#clock.now()))
        await this.#client.putArchive(id, directory, archive, call.signal)
      }
      for (const network of plan.connects) await this.#connect(network, id, call.signal)
      await this.#start(id, call.signal)
    } catch (thrown) {
      const error = await this.#takeBack(thrown, holder, order, call)
      if (error !== undefined) throw error
    }
  }

  /** What is paused has been started by another builder, and suspended since. */
  async #start(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.start(id, signal)
    } catch (thrown) {
      if (!hasReason(thrown, 'docker/paused')) throw thrown
    }
  }

  async #connect(network: string, id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.connect(network, connectBody(id), signal)
    } catch (thrown) {
      if (!hasReason(thrown, 'docker/already-connected')) throw thrown
    }
  }

  /** What a failed step leaves behind. `undefined` where somebody else has finished the container meanwhile. */
  async #takeBack(
    thrown: unknown,
    { id, isOwn }: Holder,
    order: BuildOrder,
    call: Call,
  ): Promise<AmphoraComputeError | undefined> {
    if (!(thrown instanceof EngineError) || thrown.verdict !== 'refused')
      return buildError(thrown, order, 'in-doubt', id)
    if (thrown.code === 'not-found' && thrown.reason === undefined) {
      const code = isOwn ? 'not-found' : 'conflict'
      return refused(order, code, 'removed-meanwhile', 'it was removed by somebody else while it was being built')
    }
    // A start that the end of the engine cut off never succeeds again: nobody was ever given what is left of it.
    const isCorpse = hasReason(thrown, 'docker/start-cut-off')
    if (!isOwn && !isCorpse) return buildError(thrown, order, 'created-then-failed', id)
    try {
      // Not by force: what runs by now was finished by another builder of the same order, and has been handed out.
      await this.#client.remove(id, false, call.signal)
    } catch (removing) {
      if (hasReason(removing, 'docker/running')) return undefined
      if (!hasReason(removing, 'docker/being-removed')) return buildError(thrown, order, 'created-then-failed', id)
    }
    return buildError(thrown, order, 'not-created')
  }
}

/** Created, never started, and no start has failed either. */
function isUntouched({ State }: WireContainer): boolean {
  return State.Status === 'created' && State.Error === ''
}

/** What a failed create leaves behind, by what the engine made of it. */
function createError(thrown: unknown, order: BuildOrder): AmphoraBuildError {
  const error = AmphoraComputeError.from(thrown, 'internal')
  const isDefinite =
    error instanceof EngineError &&
    (error.verdict === 'unsent' || (error.verdict === 'refused' && !error.recovery.inDoubt))
  return buildError(error, order, isDefinite ? 'not-created' : 'in-doubt')
}

function refused(
  order: BuildOrder,
  code: AmphoraBuildError['code'],
  reason: string,
  message: string,
): AmphoraBuildError {
  return new AmphoraBuildError(message, {
    code,
    reason: `docker/${reason}`,
    outcome: 'not-created',
    amphoraName: order.name,
  })
}

function isTaken(thrown: unknown): boolean {
  return (
    thrown instanceof EngineError && thrown.step === 'create' && ['already-exists', 'conflict'].includes(thrown.code)
  )
}

function hasReason(thrown: unknown, reason: string): boolean {
  return thrown instanceof EngineError && thrown.reason === reason
}
