import {
  AmphoraBuildError,
  buildError,
  InvalidRequestError,
  type BuildOrder,
  type Call,
  type Clock,
} from '@amphora/core'
import { createError, refused, type Images } from '@amphora/openstack'
import { Arbiter } from './arbiter.ts'
import type { Client } from './client.ts'
import { createBody } from './encode.ts'
import type { Flavors } from './flavors.ts'
import type { Settings } from './options.ts'
import type { Ownership } from './ownership.ts'
import { LAST_PERSONALITY, planPayload } from './payload-plan.ts'
import { isAtLeast } from './microversion.ts'
import { orderProblems } from './order-rules.ts'
import type { CreateBody } from './wire.ts'

export interface BuilderOptions {
  readonly client: Client
  readonly flavors: Flavors
  readonly images: Images
  readonly ownership: Ownership
  readonly settings: Settings
  readonly clock: Clock
  /** 0 to 1. Default: the language's own. */
  readonly random?: () => number
}

/** A create, ready to be sent. */
interface Plan {
  readonly body: CreateBody
  /** Where it must not be the one in use. */
  readonly microversion: string | undefined
}

/** Makes the one server of an order, or finds it. */
export class Builder {
  readonly #options: BuilderOptions
  readonly #arbiter: Arbiter

  constructor(options: BuilderOptions) {
    const { ownership, clock, random = Math.random } = options
    this.#options = options
    this.#arbiter = new Arbiter({ ownership, clock, random })
  }

  async build(order: BuildOrder, call: Call): Promise<string> {
    const { client } = this.#options
    const { signal } = call
    const plan = await this.#plan(order, signal)
    let created: string | undefined
    const create = async (): Promise<string> => {
      created = undefined
      created = await client.create(plan.body, signal, plan.microversion).catch((thrown: unknown) => {
        throw createError(thrown, order)
      })
      return created
    }
    if (order.nameIsFresh) return this.#arbiter.remember(await create())
    const takeBack = async (id: string): Promise<void> => {
      call.logger.info(
        { reason: 'nova/name-race' },
        'another builder has the name too; the server just made is taken back',
      )
      await client.remove(id, signal)
      if (id === created) created = undefined
    }
    try {
      return await this.#arbiter.settle(order, { look: (name) => client.named(name, signal), create, takeBack }, signal)
    } catch (thrown) {
      if (thrown instanceof AmphoraBuildError) throw thrown
      throw buildError(thrown, order, created === undefined ? 'not-created' : 'in-doubt')
    }
  }

  /** All that can be known before anything is made. */
  async #plan(order: BuildOrder, signal: AbortSignal): Promise<Plan> {
    const { settings, ownership, flavors, images, client } = this.#options
    const problems = orderProblems(order, settings)
    if (problems.length > 0) throw new InvalidRequestError(problems)
    const payload = await planPayload(order, settings.files)
    try {
      const [flavorId, imageId, inUse] = await Promise.all([
        flavors.idOf(order.flavor ?? '', signal),
        images.idOf(order.imageId ?? '', signal),
        client.microversion(signal),
      ])
      const microversion = payload.personality.length > 0 && isAtLeast(inUse, '2.57') ? LAST_PERSONALITY : undefined
      const version = microversion ?? inUse
      if (order.networkIds.length + order.portIds.length === 0 && !isAtLeast(version, '2.37')) {
        throw refused(
          order,
          'failed-precondition',
          'nova/microversion',
          `the option emptyNetworks needs Nova 2.37; found ${version}`,
        )
      }
      const takes = { tags: isAtLeast(version, '2.52'), description: isAtLeast(version, '2.19') }
      return { body: createBody(order, { flavorId, imageId, payload, ownership, settings, takes }), microversion }
    } catch (thrown) {
      throw buildError(thrown, order, 'not-created')
    }
  }
}
