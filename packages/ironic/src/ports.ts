import type { Clock } from '@amphora/core'
import { listOf, own } from '@amphora/http'
import { Cached, isAbsent, unreadable, type Service } from '@amphora/openstack'
import { readPort } from './read-wire.ts'
import { STEPS } from './refusals.ts'
import type { WirePort } from './wire.ts'

/** An address of a port hardly ever changes. */
const LIFE_MS = 60_000
/** So many ids fit into a query. */
const AT_ONCE = 50

/** Neutron's ports: those that are made for a machine, and the addresses of all that it has. */
export class Ports {
  readonly #neutron: Service
  readonly #owner: string
  readonly #known: Cached<WirePort | undefined>

  constructor(neutron: Service, clock: Clock, owner: string) {
    this.#neutron = neutron
    this.#owner = owner
    this.#known = new Cached(clock, LIFE_MS)
  }

  /**
   * One port on each network, named for the id. All of them or none: where one cannot be made, those that were are
   * deleted again.
   *
   * `again`: some may be there already, since an answer was lost.
   */
  async make(
    id: string,
    networkIds: readonly string[],
    again: boolean,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    if (networkIds.length === 0) return []
    const there = new Map(
      (again ? await this.#list({ device_id: id }, signal) : []).map((port) => [port.name, port.id]),
    )
    const made = await Promise.allSettled(
      networkIds.map(async (networkId, index) => {
        const name = `${prefixOf(id)}${index}`
        return there.get(name) ?? this.#create(name, id, networkId, signal)
      }),
    )
    const ids = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = made.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      if (!signal.aborted) await this.#remove(ids, signal).catch(() => {})
      throw failed.reason
    }
    return ids
  }

  /** For people and lists: whose a port is stands in what created it, so one without a tag is a port all the same. */
  async tag(id: string, ids: readonly string[], signal: AbortSignal): Promise<void> {
    await Promise.all(ids.map((port) => this.#tag(port, id, signal).catch(() => {})))
  }

  /** Those that were made for an id, also where the answer to one was lost. */
  async removeOf(id: string, signal: AbortSignal): Promise<void> {
    const ports = await this.#list({ device_id: id }, signal)
    const ours = ports.filter(
      ({ name = '', description }) => name.startsWith(prefixOf(id)) && description === this.#description,
    )
    await this.#remove(
      ours.map((port) => port.id),
      signal,
    )
  }

  /** What Neutron tells of these; whatever it does not know is left out. Asked for once a minute. */
  async of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, WirePort>> {
    const missing = ids.filter((id) => this.#known.peek(id) === undefined)
    const found = new Map(ids.flatMap((id) => this.#peek(id)))
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      for (const port of await this.#list({ id: missing.slice(at, at + AT_ONCE) }, signal)) {
        this.#known.put(port.id, port)
        found.set(port.id, port)
      }
    }
    return found
  }

  /** Whose it is: written by the call that creates it. */
  get #description(): string {
    return `amphora ${this.#owner}`
  }

  #peek(id: string): readonly (readonly [string, WirePort])[] {
    const port = this.#known.peek(id)
    return port === undefined ? [] : [[id, port]]
  }

  async #create(name: string, id: string, networkId: string, signal: AbortSignal): Promise<string> {
    const { body } = await this.#neutron.send({
      method: 'POST',
      path: ['ports'],
      json: { port: { name, network_id: networkId, device_id: id, description: this.#description } },
      signal,
      step: STEPS.createPort,
    })
    const port = readPort(own(body, 'port'))
    if (port === undefined) throw unreadable('Neutron', STEPS.createPort, 'ironic')
    this.#known.put(port.id, port)
    return port.id
  }

  async #remove(ids: readonly string[], signal: AbortSignal): Promise<void> {
    await Promise.all(ids.map((id) => this.#delete(id, signal)))
  }

  async #tag(port: string, id: string, signal: AbortSignal): Promise<void> {
    await this.#neutron.send({
      method: 'PUT',
      path: ['ports', port, 'tags'],
      json: { tags: [`amphora:${this.#owner}`, `amphora:${id}`] },
      signal,
      step: STEPS.tagPort,
    })
  }

  async #delete(id: string, signal: AbortSignal): Promise<void> {
    this.#known.forget(id)
    try {
      await this.#neutron.send({ method: 'DELETE', path: ['ports', id], signal, step: STEPS.removePort })
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown
    }
  }

  async #list(
    query: Readonly<Record<string, string | readonly string[]>>,
    signal: AbortSignal,
  ): Promise<readonly WirePort[]> {
    const { body } = await this.#neutron.send({
      method: 'GET',
      path: ['ports'],
      query: { ...query, fields: ['id', 'name', 'description', 'network_id', 'mac_address', 'fixed_ips'] },
      signal,
      step: STEPS.ports,
      maxBytes: 8 * 1024 * 1024,
    })
    const ports = listOf(own(body, 'ports'))
    if (ports === undefined) throw unreadable('Neutron', STEPS.ports, 'ironic')
    return ports.map(readPort).filter((port) => port !== undefined)
  }
}

function prefixOf(id: string): string {
  return `amphora-${id}-`
}
