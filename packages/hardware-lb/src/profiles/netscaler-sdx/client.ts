import { AmphoraComputeError } from '@amphora/core'
import { listOf, own, type HttpAnswer } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { RestClient } from '../../rest/rest-client.ts'
import type { RestRequest } from '../../rest/request.ts'
import { createdKeyIn, guestsIn, versionIn, type SdxGuest } from './decode.ts'
import { isDone, STEPS, unreadable } from './errors.ts'
import type { WireInstance } from './wire.ts'

const LIST_BYTES = 32 * 1024 * 1024

/** One method for each call of the management service's NITRO interface that instances need. */
export class SdxClient {
  readonly #rest: RestClient
  readonly #root: readonly string[]

  /** `root`: `nitro`, the version, `config`. */
  constructor(rest: RestClient, root: readonly string[]) {
    this.#rest = rest
    this.#root = root
  }

  /** Left out where it does not tell; that it has such a resource tells what it is. */
  async version(signal: AbortSignal): Promise<{ readonly version?: string }> {
    const step = 'tell its version'
    const { body } = await this.#send({ method: 'GET', path: [...this.#root, 'mps'], step, signal })
    if (listOf(own(body, 'mps')) === undefined) throw unreadable(step)
    const version = versionIn(body)
    return version === undefined ? {} : { version }
  }

  /** `undefined` where there is none of the id, which is 404 or NITRO's own code for it. */
  async instance(key: string, signal: AbortSignal): Promise<SdxGuest | undefined> {
    const step = 'describe the instance'
    const answer = await orAbsent(this.#send({ method: 'GET', path: this.#at(key), step, signal }))
    if (answer === undefined) return undefined
    const guests = guestsIn(answer.body)
    if (guests === undefined || guests.some((guest) => guest.key !== key)) throw unreadable(step)
    return guests[0]
  }

  /** Names are no keys, so whoever looks for one looks at all, as the vendor's own client does for addresses. */
  async instances(signal: AbortSignal): Promise<readonly SdxGuest[]> {
    const step = 'list the instances'
    const { body } = await this.#send({
      method: 'GET',
      path: [...this.#root, 'ns'],
      step,
      signal,
      maxBytes: LIST_BYTES,
    })
    const guests = guestsIn(body)
    if (guests === undefined) throw unreadable(step)
    return guests
  }

  /** Accepted with 200, 201 or 202, long before it is up; the SDX makes the id. */
  async create(instance: WireInstance, signal: AbortSignal): Promise<string> {
    const step = STEPS.create
    const path = [...this.#root, 'ns']
    const { body } = await this.#send({ method: 'POST', path, json: { ns: instance }, step, signal })
    const key = createdKeyIn(body)
    if (key === undefined) throw unreadable(step)
    return key
  }

  /** False where there is none of the id. */
  async act(action: 'start' | 'stop', key: string, signal: AbortSignal): Promise<boolean> {
    const step = `${action} the instance`
    const json = { ns: { id: key } }
    return this.#change({ method: 'POST', path: this.#at(key), query: { action }, json, step, signal })
  }

  async remove(key: string, signal: AbortSignal): Promise<boolean> {
    return this.#change({ method: 'DELETE', path: this.#at(key), step: 'delete the instance', signal })
  }

  #at(key: string): readonly string[] {
    return [...this.#root, 'ns', key]
  }

  /** A success that does not say so is none: NITRO has an `errorcode` in every answer. */
  async #send(request: RestRequest): Promise<HttpAnswer> {
    const answer = await this.#rest.send(request)
    if (!isDone(answer.body)) throw unreadable(request.step)
    return answer
  }

  /** 204, which has no body, is a success of a deletion as well (terraform-provider-netscalersdx; vendor-code). */
  async #change(request: RestRequest): Promise<boolean> {
    const answer = await orAbsent(this.#rest.send(request))
    if (answer === undefined) return false
    if (answer.status !== 204 && !isDone(answer.body)) throw unreadable(request.step)
    return true
  }
}

async function orAbsent(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof ApplianceError && AmphoraComputeError.from(thrown).code === 'not-found') return undefined
    throw thrown
  }
}
