import { AmphoraComputeError, type Clock } from '@amphora/core'
import { listOf, own, textOf } from '@amphora/http'
import { OpenStackError } from '../openstack-error.ts'
import type { Service } from '../service/service.ts'
import { Cached } from './cached.ts'
import { orProblem, unreadable } from './failure.ts'
import { UUID } from './uuid.ts'

const LIFE_MS = 60_000
/** What an image that is named by its tag begins with. */
export const BY_TAG: string = 'tag:'
/** How many of one name an error lists. */
const SHOWN = 10

/** Where images are asked for, and which count. */
export interface ImagesOptions {
  /** The project that an image must belong to where it is not named by its id. */
  readonly owner: string | undefined
  /** What reasons begin with: `nova`. */
  readonly reasonPrefix: string
}

interface FoundImage {
  readonly id: string
  readonly name: string | undefined
}

/** Images by id, by name, or by `tag:…`, of which the newest wins; asked for at Glance once a minute. */
export class Images {
  readonly #glance: Service
  readonly #cached: Cached<string>
  readonly #options: ImagesOptions

  constructor(glance: Service, clock: Clock, options: ImagesOptions) {
    this.#glance = glance
    this.#cached = new Cached(clock, LIFE_MS)
    this.#options = options
  }

  /**
   * The id of an image. A UUID is one already and costs nothing.
   *
   * @throws {AmphoraComputeError} `not-found`, or `invalid-argument` where several go by one name.
   */
  async idOf(image: string, signal: AbortSignal): Promise<string> {
    if (UUID.test(image)) return image
    return this.#cached.get(image, signal, (shared) =>
      image.startsWith(BY_TAG) ? this.#newest(image.slice(BY_TAG.length), shared) : this.#named(image, shared),
    )
  }

  /** What speaks against an image; nothing where Glance has it, and where it is none by the rules of every order. */
  async problems(image: string, signal: AbortSignal): Promise<readonly string[]> {
    if (['', BY_TAG].includes(image.trim())) return []
    const found = await orProblem(
      this.idOf(image, signal).then((id) => ({ id })),
      this.#options.reasonPrefix,
    )
    if (typeof found === 'string') return [found]
    return (await this.exists(found.id, signal)) ? [] : [`imageId ${JSON.stringify(image)} is no image of the cloud`]
  }

  /** Whether Glance has an image of this id. */
  async exists(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#glance.send({ method: 'GET', path: ['images', id], signal, step: 'show the image' })
      return true
    } catch (thrown) {
      if (thrown instanceof OpenStackError && thrown.status === 404) return false
      throw thrown
    }
  }

  async #newest(tag: string, signal: AbortSignal): Promise<string> {
    const [image] = await this.#find({ tag, sort: 'created_at:desc', limit: 1 }, signal)
    if (image !== undefined) return image.id
    throw this.#unknown(`no active image has the tag ${JSON.stringify(tag.slice(0, 80))}`)
  }

  async #named(name: string, signal: AbortSignal): Promise<string> {
    // Glance reads "in:a,b" as a list of names.
    const quoted = `in:"${name.replaceAll('"', '')}"`
    const images = (await this.#find({ name: quoted, limit: SHOWN }, signal)).filter((one) => one.name === name)
    const [image, ...others] = images
    if (image === undefined) {
      throw this.#unknown(
        `imageId ${JSON.stringify(name.slice(0, 80))} is neither an id nor the name of an active image; ` +
          'by tag it is "tag:" and the tag',
      )
    }
    if (others.length === 0) return image.id
    throw new AmphoraComputeError(
      `imageId ${JSON.stringify(name.slice(0, 80))} is the name of several images; use one of their ids: ` +
        images.map(({ id }) => id).join(', '),
      { code: 'invalid-argument', reason: `${this.#options.reasonPrefix}/ambiguous-image` },
    )
  }

  async #find(query: Readonly<Record<string, string | number>>, signal: AbortSignal): Promise<readonly FoundImage[]> {
    const { owner, reasonPrefix } = this.#options
    const step = 'list images'
    const { body } = await this.#glance.send({
      method: 'GET',
      path: ['images'],
      query: { ...query, status: 'active', ...(owner === undefined ? {} : { owner }) },
      signal,
      step,
    })
    const images = listOf(own(body, 'images'))
    if (images === undefined) throw unreadable('Glance', step, reasonPrefix)
    return images.map(readImage).filter((image) => image !== undefined)
  }

  #unknown(message: string): AmphoraComputeError {
    const { reasonPrefix } = this.#options
    return new AmphoraComputeError(message, { code: 'not-found', reason: `${reasonPrefix}/no-such-image` })
  }
}

function readImage(json: unknown): FoundImage | undefined {
  const id = textOf(own(json, 'id'))
  return id !== undefined && UUID.test(id) ? { id, name: textOf(own(json, 'name')) } : undefined
}
