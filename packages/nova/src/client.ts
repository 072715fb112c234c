import { listOf, own, textOf } from '@amphora/http'
import { isAbsent, pages, unreadable, UUID, type Service } from '@amphora/openstack'
import { namePattern } from './name-pattern.ts'
import { readFlavor, readGroup, readInterface, readServer } from './read-wire.ts'
import { STEPS, type Step } from './refusals.ts'
import type { CreateBody, WireFlavor, WireGroup, WireInterface, WireServer } from './wire.ts'

/** Servers as Nova lists them, with the time by Nova's own clock. */
export interface Listed {
  readonly servers: readonly WireServer[]
  /** Epoch milliseconds; `undefined` where Nova does not say. */
  readonly dateMs: number | undefined
}

/** Longest answer to a list of 1 000 servers: one is 2.3 KB, with long metadata up to ten times that. */
const ONE_PAGE = 32 * 1024 * 1024

/** One method for each endpoint of Nova that is used. */
export class Client {
  readonly #nova: Service

  constructor(nova: Service) {
    this.#nova = nova
  }

  /** The microversion in use: the highest of ours that Nova has. */
  microversion(signal: AbortSignal): Promise<string> {
    return this.#nova.microversion(signal)
  }

  maximum(signal: AbortSignal): Promise<string> {
    return this.#nova.maximum(signal)
  }

  /** The id of the new server. Nova also sends a password that nobody asked for; it goes no further. */
  async create(body: CreateBody, signal: AbortSignal, microversion?: string): Promise<string> {
    const answer = await this.#nova.send({
      method: 'POST',
      path: ['servers'],
      json: body,
      signal,
      step: STEPS.create,
      quotes: true,
      ...(microversion === undefined ? {} : { microversion }),
    })
    const id = textOf(own(own(answer.body, 'server'), 'id'))
    if (id === undefined || !UUID.test(id)) throw unreadable('Nova', STEPS.create, 'nova')
    return id
  }

  /** `undefined` where Nova has no such server, or none that this project may see. */
  async server(id: string, signal: AbortSignal): Promise<WireServer | undefined> {
    const answer = await this.#orAbsent({ method: 'GET', path: ['servers', id], signal, step: STEPS.show })
    if (answer === undefined) return undefined
    const server = readServer(own(answer.body, 'server'))
    if (server === undefined || server.id !== id) throw unreadable('Nova', STEPS.show, 'nova')
    return server
  }

  /** Everything that goes by exactly this name, whoever made it. */
  async named(name: string, signal: AbortSignal): Promise<Listed> {
    const servers: WireServer[] = []
    let dateMs: number | undefined
    for await (const page of this.list({ name: namePattern(name) }, 1000, signal)) {
      servers.push(...page.servers)
      dateMs = page.dateMs
    }
    // A record of a cell that does not answer has no name: it may be the one.
    return { servers: servers.filter((one) => one.name === name || one.name === undefined), dateMs }
  }

  async *list(
    query: Readonly<Record<string, string>>,
    limit: number,
    signal: AbortSignal,
  ): AsyncGenerator<Listed, void> {
    const found = pages(this.#nova, {
      path: ['servers', 'detail'],
      query,
      collection: 'servers',
      limit,
      idOf: (row) => textOf(own(row, 'id')),
      read: readServer,
      signal,
      step: STEPS.list,
      maxBytes: ONE_PAGE,
    })
    for await (const { rows, dateMs } of found) yield { servers: rows, dateMs }
  }

  /** False where it was gone already. */
  async remove(id: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#orAbsent({ method: 'DELETE', path: ['servers', id], signal, step: STEPS.remove })
    return answer !== undefined
  }

  async forceDelete(id: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#orAbsent({
      method: 'POST',
      path: ['servers', id, 'action'],
      json: { forceDelete: null },
      signal,
      step: STEPS.remove,
    })
    return answer !== undefined
  }

  async act(id: string, action: 'suspend' | 'resume' | 'unpause', signal: AbortSignal): Promise<void> {
    const step = action === 'suspend' ? STEPS.suspend : STEPS.resume
    await this.#nova.send({ method: 'POST', path: ['servers', id, 'action'], json: { [action]: null }, signal, step })
  }

  async interfaces(id: string, signal: AbortSignal): Promise<readonly WireInterface[]> {
    const { body } = await this.#nova.send({
      method: 'GET',
      path: ['servers', id, 'os-interface'],
      signal,
      step: STEPS.interfaces,
    })
    return rowsOf(body, 'interfaceAttachments', readInterface, STEPS.interfaces)
  }

  async attach(id: string, attachment: object, signal: AbortSignal): Promise<WireInterface> {
    const { body } = await this.#nova.send({
      method: 'POST',
      path: ['servers', id, 'os-interface'],
      json: { interfaceAttachment: attachment },
      signal,
      step: STEPS.attach,
    })
    const made = readInterface(own(body, 'interfaceAttachment'))
    if (made === undefined) throw unreadable('Nova', STEPS.attach, 'nova')
    return made
  }

  /** Resolves when Nova has accepted it, and also where there is no such port on the server. */
  async detach(id: string, portId: string, signal: AbortSignal): Promise<void> {
    await this.#orAbsent({
      method: 'DELETE',
      path: ['servers', id, 'os-interface', portId],
      signal,
      step: STEPS.detach,
    })
  }

  /** The newest action on the server that failed, by its name. */
  async failedAction(id: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.#orAbsent({
      method: 'GET',
      path: ['servers', id, 'os-instance-actions'],
      signal,
      step: STEPS.actions,
    })
    const actions = listOf(own(answer?.body, 'instanceActions')) ?? []
    return textOf(
      own(
        actions.find((one) => own(one, 'message') === 'Error'),
        'action',
      ),
    )
  }

  async groups(signal: AbortSignal): Promise<readonly WireGroup[]> {
    const { body } = await this.#nova.send({ method: 'GET', path: ['os-server-groups'], signal, step: STEPS.groups })
    return rowsOf(body, 'server_groups', readGroup, STEPS.groups)
  }

  async group(id: string, signal: AbortSignal): Promise<WireGroup | undefined> {
    const answer = await this.#orAbsent({ method: 'GET', path: ['os-server-groups', id], signal, step: STEPS.group })
    if (answer === undefined) return undefined
    const group = readGroup(own(answer.body, 'server_group'))
    if (group === undefined) throw unreadable('Nova', STEPS.group, 'nova')
    return group
  }

  async createGroup(group: object, signal: AbortSignal): Promise<string> {
    const { body } = await this.#nova.send({
      method: 'POST',
      path: ['os-server-groups'],
      json: { server_group: group },
      signal,
      step: STEPS.createGroup,
    })
    const made = readGroup(own(body, 'server_group'))
    if (made === undefined) throw unreadable('Nova', STEPS.createGroup, 'nova')
    return made.id
  }

  async removeGroup(id: string, signal: AbortSignal): Promise<void> {
    await this.#orAbsent({ method: 'DELETE', path: ['os-server-groups', id], signal, step: STEPS.removeGroup })
  }

  /** Names of the zones that take servers now. */
  async zones(signal: AbortSignal): Promise<readonly string[]> {
    const { body } = await this.#nova.send({ method: 'GET', path: ['os-availability-zone'], signal, step: STEPS.zones })
    const zones = listOf(own(body, 'availabilityZoneInfo'))
    if (zones === undefined) throw unreadable('Nova', STEPS.zones, 'nova')
    return zones
      .filter((zone) => own(own(zone, 'zoneState'), 'available') === true)
      .map((zone) => textOf(own(zone, 'zoneName')))
      .filter((name) => name !== undefined)
  }

  async flavors(signal: AbortSignal): Promise<readonly WireFlavor[]> {
    const all: WireFlavor[] = []
    const found = pages(this.#nova, {
      path: ['flavors', 'detail'],
      query: {},
      collection: 'flavors',
      limit: 1000,
      idOf: (row) => textOf(own(row, 'id')),
      read: readFlavor,
      signal,
      step: STEPS.flavors,
      maxBytes: ONE_PAGE,
    })
    for await (const { rows } of found) all.push(...rows)
    return all
  }

  /** What the project has used and may use, by Nova's own names. */
  async limits(signal: AbortSignal): Promise<(name: string) => number | undefined> {
    const { body } = await this.#nova.send({ method: 'GET', path: ['limits'], signal, step: STEPS.limits })
    const absolute = own(own(body, 'limits'), 'absolute')
    if (typeof absolute !== 'object' || absolute === null) throw unreadable('Nova', STEPS.limits, 'nova')
    return (name) => {
      const value = own(absolute, name)
      return typeof value === 'number' ? value : undefined
    }
  }

  async #orAbsent(request: Parameters<Service['send']>[0]): Promise<{ readonly body: unknown } | undefined> {
    try {
      return await this.#nova.send(request)
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined
      throw thrown
    }
  }
}

function rowsOf<Row>(body: unknown, key: string, read: (row: unknown) => Row | undefined, step: Step): readonly Row[] {
  const rows = listOf(own(body, key))?.map(read)
  if (rows === undefined) throw unreadable('Nova', step, 'nova')
  return rows.filter((row) => row !== undefined)
}
