import { own, textOf } from '@amphora/http'
import {
  isAbsent,
  pages,
  textsOf,
  unreadable,
  type Service,
  type ServiceAnswer,
  type ServiceRequest,
} from '@amphora/openstack'
import { readAllocation, readNode, readValidation } from './read-wire.ts'
import { STEPS, type Step } from './refusals.ts'
import {
  NODE_FIELDS,
  type AllocationBody,
  type ConfigDrive,
  type PatchStep,
  type WireAllocation,
  type WireNode,
  type WireValidation,
} from './wire.ts'

/** An allocation, with the time by Ironic's own clock. */
export interface Dated {
  readonly allocation: WireAllocation
  /** Epoch milliseconds; `undefined` where Ironic does not say. */
  readonly dateMs: number | undefined
}

/** What power may be asked for. */
export type PowerTarget = 'power on' | 'power off' | 'soft power off'

/** One method for each endpoint of Ironic that is used. Nodes go by uuid: by name some answers of 2023.1 are wrong. */
export class Client {
  readonly #ironic: Service

  constructor(ironic: Service) {
    this.#ironic = ironic
  }

  /** The microversion in use: the highest of ours that Ironic has. */
  microversion(signal: AbortSignal): Promise<string> {
    return this.#ironic.microversion(signal)
  }

  async reserve(body: AllocationBody, signal: AbortSignal): Promise<WireAllocation> {
    const answer = await this.#ironic.send({
      method: 'POST',
      path: ['allocations'],
      json: body,
      signal,
      step: STEPS.reserve,
    })
    return this.#allocation(answer, body.uuid, STEPS.reserve)
  }

  /** By uuid or name; `undefined` where Ironic has none such, or none that this project may see. */
  async allocation(ident: string, signal: AbortSignal): Promise<Dated | undefined> {
    const path = ['allocations', ident]
    const answer = await this.#orAbsent({ method: 'GET', path, signal, step: STEPS.reservation })
    if (answer === undefined) return undefined
    return { allocation: this.#allocation(answer, undefined, STEPS.reservation), dateMs: answer.dateMs }
  }

  async *allocations(
    state: 'allocating' | 'error' | 'active',
    limit: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly WireAllocation[], void> {
    const found = pages(this.#ironic, {
      path: ['allocations'],
      query: { state },
      collection: 'allocations',
      limit,
      idOf: (row) => textOf(own(row, 'uuid')),
      read: readAllocation,
      signal,
      step: STEPS.reservations,
    })
    for await (const { rows } of found) yield rows
  }

  /** False where it was gone already. */
  async release(uuid: string, signal: AbortSignal): Promise<boolean> {
    const path = ['allocations', uuid]
    return (await this.#orAbsent({ method: 'DELETE', path, signal, step: STEPS.release })) !== undefined
  }

  /** `undefined` where Ironic has no such node, or none that this project may see. */
  async node(uuid: string, signal: AbortSignal): Promise<WireNode | undefined> {
    const answer = await this.#orAbsent({
      method: 'GET',
      path: ['nodes', uuid],
      query: { fields: NODE_FIELDS },
      signal,
      step: STEPS.node,
    })
    return answer === undefined ? undefined : this.#node(answer, uuid, STEPS.node)
  }

  /** The node that bears this instance; `undefined` where the list that this project may see has none. */
  async nodeOf(instance: string, signal: AbortSignal): Promise<WireNode | undefined> {
    for await (const [node] of this.nodes({ instance_uuid: instance }, 1, signal)) {
      if (node?.instanceUuid === instance) return node
    }
    return undefined
  }

  async *nodes(
    query: Readonly<Record<string, string>>,
    limit: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly WireNode[], void> {
    const found = pages(this.#ironic, {
      path: ['nodes'],
      query: { ...query, fields: NODE_FIELDS },
      collection: 'nodes',
      limit,
      idOf: (row) => textOf(own(row, 'uuid')),
      read: readNode,
      signal,
      step: STEPS.nodes,
    })
    for await (const { rows } of found) yield rows
  }

  /** The node as it is afterwards. */
  async patch(uuid: string, steps: readonly PatchStep[], step: Step, signal: AbortSignal): Promise<WireNode> {
    const answer = await this.#ironic.send({
      method: 'PATCH',
      path: ['nodes', uuid],
      json: steps,
      signal,
      step,
      quotes: true,
    })
    return this.#node(answer, uuid, step)
  }

  async validation(uuid: string, signal: AbortSignal): Promise<readonly WireValidation[]> {
    const step = STEPS.validate
    const { body } = await this.#ironic.send({ method: 'GET', path: ['nodes', uuid, 'validate'], signal, step })
    const results = readValidation(body)
    if (results === undefined) throw unreadable('Ironic', step, 'ironic')
    return results
  }

  async deploy(uuid: string, configdrive: ConfigDrive, signal: AbortSignal): Promise<void> {
    await this.#ironic.send({
      method: 'PUT',
      path: ['nodes', uuid, 'states', 'provision'],
      json: { target: 'active', configdrive },
      signal,
      step: STEPS.deploy,
      quotes: true,
    })
  }

  /** False where the node is gone. */
  async undeploy(uuid: string, signal: AbortSignal): Promise<boolean> {
    const path = ['nodes', uuid, 'states', 'provision']
    const json = { target: 'deleted' }
    return (await this.#orAbsent({ method: 'PUT', path, json, signal, step: STEPS.undeploy })) !== undefined
  }

  /** Accepted, whatever becomes of it: what fails shows in the node's `last_error`. */
  async power(uuid: string, target: PowerTarget, timeoutS: number | undefined, signal: AbortSignal): Promise<void> {
    await this.#ironic.send({
      method: 'PUT',
      path: ['nodes', uuid, 'states', 'power'],
      json: { target, ...(timeoutS === undefined ? {} : { timeout: timeoutS }) },
      signal,
      step: target === 'power on' ? STEPS.powerOn : STEPS.powerOff,
    })
  }

  async vifs(uuid: string, signal: AbortSignal): Promise<readonly string[]> {
    const { body } = await this.#ironic.send({
      method: 'GET',
      path: ['nodes', uuid, 'vifs'],
      signal,
      step: STEPS.vifs,
    })
    const vifs = own(body, 'vifs')
    if (!Array.isArray(vifs)) throw unreadable('Ironic', STEPS.vifs, 'ironic')
    return textsOf(vifs.map((vif) => own(vif, 'id')))
  }

  async attachVif(uuid: string, portId: string, signal: AbortSignal): Promise<void> {
    const path = ['nodes', uuid, 'vifs']
    await this.#ironic.send({ method: 'POST', path, json: { id: portId }, signal, step: STEPS.attach })
  }

  async detachVif(uuid: string, portId: string, signal: AbortSignal): Promise<void> {
    const path = ['nodes', uuid, 'vifs', portId]
    await this.#orAbsent({ method: 'DELETE', path, signal, step: STEPS.detach })
  }

  /** Whether any reservation, and any node, can be seen. */
  async glance(signal: AbortSignal): Promise<{ readonly seesNodes: boolean }> {
    const first = async (path: string, step: Step): Promise<readonly unknown[]> => {
      const query = { limit: 1, fields: 'uuid' }
      const { body } = await this.#ironic.send({ method: 'GET', path: [path], query, signal, step })
      const rows = own(body, path)
      if (!Array.isArray(rows)) throw unreadable('Ironic', step, 'ironic')
      return rows
    }
    const [, nodes] = await Promise.all([first('allocations', STEPS.reservations), first('nodes', STEPS.nodes)])
    return { seesNodes: nodes.length > 0 }
  }

  #node({ body }: ServiceAnswer, uuid: string, step: Step): WireNode {
    const node = readNode(body)
    if (node?.uuid !== uuid) throw unreadable('Ironic', step, 'ironic')
    return node
  }

  #allocation({ body }: ServiceAnswer, uuid: string | undefined, step: Step): WireAllocation {
    const allocation = readAllocation(body)
    if (allocation === undefined || (uuid !== undefined && allocation.uuid !== uuid)) {
      throw unreadable('Ironic', step, 'ironic')
    }
    return allocation
  }

  async #orAbsent(request: ServiceRequest): Promise<ServiceAnswer | undefined> {
    try {
      return await this.#ironic.send(request)
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined
      throw thrown
    }
  }
}
