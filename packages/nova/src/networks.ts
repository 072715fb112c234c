import { AmphoraComputeError, type Call, type Clock } from '@amphora/core'
import { Cached, missingFrom, readRows, type NeutronKind, type Service } from '@amphora/openstack'

const LIFE_MS = 600_000
/** So long a look at Neutron may hold up an answer of Nova's, milliseconds. */
const PATIENCE_MS = 2_000
/** So long Neutron is left alone after it failed, milliseconds. */
const RESPITE_MS = 10_000

/** The ids of networks by name. Several go by one name where the cloud lets them. */
export type NetworkIds = ReadonlyMap<string, readonly string[]>

/** What the project can see of Neutron; Nova names networks by name only. */
export class Networks {
  readonly #neutron: Service
  readonly #clock: Clock
  readonly #cached: Cached<NetworkIds>
  #respiteUntil = -Infinity

  constructor(neutron: Service, clock: Clock) {
    this.#neutron = neutron
    this.#clock = clock
    this.#cached = new Cached(clock, LIFE_MS)
  }

  /** Asked for once in ten minutes. Empty where Neutron does not answer: an address without its network is no less one. */
  async byName({ signal, logger }: Pick<Call, 'signal' | 'logger'>): Promise<NetworkIds> {
    const kept = this.#cached.peek('all')
    if (kept !== undefined) return kept
    if (this.#clock.monotonic() < this.#respiteUntil) return new Map()
    const patience = new AbortController()
    const stop = this.#clock.alarm(PATIENCE_MS, () => patience.abort())
    try {
      const joint = AbortSignal.any([signal, patience.signal])
      return await this.#cached.get('all', joint, (shared) => this.#load(shared))
    } catch (thrown) {
      if (signal.aborted) throw thrown
      this.#respiteUntil = this.#clock.monotonic() + RESPITE_MS
      const { code } = AmphoraComputeError.from(thrown, 'internal')
      logger.warn({ code, reason: 'nova/no-network-names' }, 'addresses go without the ids of their networks')
      return new Map()
    } finally {
      stop()
    }
  }

  /** Those of these that the project cannot see. */
  missing(kind: NeutronKind, ids: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return missingFrom(this.#neutron, kind, ids, 'nova', signal)
  }

  async #load(signal: AbortSignal): Promise<NetworkIds> {
    const { body } = await this.#neutron.send({
      method: 'GET',
      path: ['networks'],
      query: { fields: ['id', 'name'] },
      signal,
      step: 'list networks',
      maxBytes: 8 * 1024 * 1024,
    })
    const ids = new Map<string, string[]>()
    for (const { id, name } of readRows(body, 'networks', 'nova')) ids.set(name, [...(ids.get(name) ?? []), id])
    return ids
  }
}
