import { AmphoraComputeError } from '@amphora/core'
import { own, type HttpAnswer } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { RestClient } from '../../rest/rest-client.ts'
import type { RestRequest } from '../../rest/request.ts'
import { configuredIn, configuredListIn, freeIdsIn, knownIn, versionIn } from './decode.ts'
import { isAbsent, unreadable } from './errors.ts'
import type { ConfiguredPartition, KnownPartition, WirePartition } from './wire.ts'

const ROOT = ['axapi', 'v3']
const LIST_BYTES = 32 * 1024 * 1024

/** One method for each endpoint of aXAPI v3 that partitions need; all of them are called in the shared partition. */
export class A10Client {
  readonly #rest: RestClient

  constructor(rest: RestClient) {
    this.#rest = rest
  }

  /** `{}` where it does not tell; that it has such a table tells what it is. */
  async version(signal: AbortSignal): Promise<{ readonly version?: string }> {
    const step = 'tell its version'
    const { body } = await this.#get(['version', 'oper'], step, signal)
    if (own(body, 'version') === undefined) throw unreadable(step)
    const version = versionIn(body)
    return version === undefined ? {} : { version }
  }

  /** `undefined` where there is none of the name in the configuration. */
  async configured(name: string, signal: AbortSignal): Promise<ConfiguredPartition | undefined> {
    const step = 'describe the partition'
    const answer = await orAbsent(this.#get(['partition', name], step, signal))
    if (answer === undefined) return undefined
    const partition = configuredIn(answer.body)
    if (partition?.name !== name) throw unreadable(step)
    return partition
  }

  /** Every partition of the configuration. A bare 404 is no word of the box that there is none. */
  async allConfigured(signal: AbortSignal): Promise<readonly ConfiguredPartition[]> {
    const step = 'list the partitions'
    try {
      const { body } = await this.#get(['partition'], step, signal, LIST_BYTES)
      const all = configuredListIn(body)
      if (all === undefined) throw unreadable(step)
      return all
    } catch (thrown) {
      if (isAbsent(thrown)) return []
      throw thrown
    }
  }

  /** Every partition that the box knows, those that are unloaded among them. */
  async known(signal: AbortSignal): Promise<readonly KnownPartition[]> {
    const step = 'list the partitions'
    const { body } = await this.#get(['partition-all', 'oper'], step, signal, LIST_BYTES)
    const known = knownIn(body)
    if (known === undefined) throw unreadable(step)
    return known
  }

  async freeIds(signal: AbortSignal): Promise<readonly number[]> {
    const step = 'list the free partition ids'
    const { body } = await this.#get(['partition-available-id', 'oper'], step, signal)
    const ids = freeIdsIn(body)
    if (ids === undefined) throw unreadable(step)
    return ids
  }

  /** Both name and id must be free. The box answers with what it has made, or with its OK. */
  async create(partition: WirePartition, signal: AbortSignal): Promise<void> {
    const step = 'create the partition'
    const { body } = await this.#rest.send({
      method: 'POST',
      path: [...ROOT, 'partition'],
      json: { partition },
      step,
      signal,
    })
    if (!isOk(body) && configuredIn(body)?.name !== partition['partition-name']) throw unreadable(step)
  }

  /** The first half of a deletion. False where it is not in the configuration. */
  async unload(name: string, signal: AbortSignal): Promise<boolean> {
    return this.#change({ method: 'DELETE', path: [...ROOT, 'partition', name], step: 'unload the partition', signal })
  }

  /** The second half: until then its name and its id are not free. False where the box does not know it. */
  async erase({ name, id }: Pick<KnownPartition, 'name' | 'id'>, signal: AbortSignal): Promise<boolean> {
    const json = { partition: { 'partition-name': name, id } }
    const step = 'erase the partition'
    return this.#change({ method: 'POST', path: [...ROOT, 'delete', 'partition'], json, step, signal })
  }

  /** What has not been written is gone when the box is started again. */
  async save(signal: AbortSignal): Promise<void> {
    const json = { memory: { partition: 'all' } }
    const step = 'save its configuration'
    await this.#change({ method: 'POST', path: [...ROOT, 'write', 'memory'], json, step, signal })
  }

  #get(path: readonly string[], step: string, signal: AbortSignal, maxBytes?: number): Promise<HttpAnswer> {
    return this.#rest.send({ method: 'GET', path: [...ROOT, ...path], step, signal, maxBytes })
  }

  /** Whether there was one to be changed. Some versions answer a success without a body (acos-client; vendor-code). */
  async #change(request: RestRequest): Promise<boolean> {
    const answer = await orAbsent(this.#rest.send(request))
    if (answer === undefined) return false
    if (answer.body !== undefined && !isOk(answer.body)) throw unreadable(request.step)
    return true
  }
}

/** `undefined` where the box says that there is no such partition. */
async function orAbsent(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof ApplianceError && AmphoraComputeError.from(thrown).code === 'not-found') return undefined
    throw thrown
  }
}

function isOk(body: unknown): boolean {
  const status = own(own(body, 'response'), 'status')
  return typeof status === 'string' && status.toUpperCase() === 'OK'
}
