import { Remembered } from '@amphora/openstack'
import type { Client } from './client.ts'
import { seenAs, seenOn, type Sighting } from './sighting.ts'
import type { WireNode } from './wire.ts'

/** So many ids are remembered with their nodes. */
const REMEMBERED = 10_000

/**
 * Where amphorae are. An id never passes to another node, so one look at the node that has borne it tells whether it is
 * still there; a list that is empty would tell nothing, since whoever may see no node gets one too.
 */
export class Whereabouts {
  readonly #client: Client
  readonly #nodes = new Remembered<string>(REMEMBERED)

  constructor(client: Client) {
    this.#client = client
  }

  /** `undefined` where Ironic says that neither a node nor a reservation bears the id. */
  async look(id: string, signal: AbortSignal): Promise<Sighting | undefined> {
    const known = this.#nodes.get(id)
    if (known !== undefined) {
      const node = await this.#client.node(known, signal)
      if (node !== undefined) return node.instanceUuid === id ? this.seen(node, id, signal) : undefined
      this.#nodes.delete(id)
    }
    const node = await this.#client.nodeOf(id, signal)
    return node === undefined ? this.reserved(id, signal) : this.seen(node, id, signal)
  }

  /** What is known by a reservation's uuid or name. */
  async reserved(ident: string, signal: AbortSignal): Promise<Sighting | undefined> {
    const found = await this.#client.allocation(ident, signal)
    if (found === undefined) return undefined
    const { allocation } = found
    const node = allocation.nodeUuid === undefined ? undefined : await this.#client.node(allocation.nodeUuid, signal)
    if (node?.instanceUuid !== allocation.uuid) return seenAs(allocation)
    this.remember(allocation.uuid, node.uuid)
    return seenOn(node, allocation.uuid, allocation)
  }

  /** A node that bears an id: whose it is stands on the node, once its build has come so far. */
  async seen(node: WireNode, id: string, signal: AbortSignal): Promise<Sighting> {
    this.remember(id, node.uuid)
    const sighting = seenOn(node, id)
    if (sighting.marks !== undefined) return sighting
    return seenOn(node, id, (await this.#client.allocation(id, signal))?.allocation)
  }

  remember(id: string, nodeUuid: string): void {
    this.#nodes.set(id, nodeUuid)
  }
}
