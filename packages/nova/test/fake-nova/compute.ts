import { randomUUID } from 'node:crypto'
import { NeutronRefusal, type Agenda, type FakeIdentity, type FakeNeutron } from '@amphora/fake-openstack'
import { addressesOf } from './addresses.ts'
import type { FakeFlavor } from './flavor.ts'
import { place, type FakeGroup, type FakeHost, type Placed } from './hosts.ts'
import { FakeInstance, type InstanceAction, type Order, type WantedNic } from './instance.ts'
import type { Quota } from './quota.ts'

/** How long things take, milliseconds. */
export interface Durations {
  /** From accepted to placed on a host, with its ports. */
  scheduleMs: number
  /** From placed to active. */
  buildMs: number
  /** From accepted to gone. */
  deleteMs: number
  /** From accepted to suspended, resumed and the like; and to detached. */
  actionMs: number
}

/** Work that can be held. */
export type Lane = 'build' | 'delete' | 'action'

/** Who did something, in which request. */
export interface Doer {
  readonly identity: FakeIdentity
  readonly requestId: string
}

interface ComputeOptions {
  readonly agenda: Agenda
  readonly neutron: FakeNeutron
  readonly durations: Durations
  readonly flavors: readonly FakeFlavor[]
  readonly hosts: readonly FakeHost[]
  readonly quota: Quota
  readonly keyPairs: readonly string[]
  readonly softDelete: boolean
}

/** What Nova knows and does behind its API. */
export class Compute {
  readonly agenda: Agenda
  readonly neutron: FakeNeutron
  readonly durations: Durations
  readonly flavors: Map<string, FakeFlavor>
  readonly hosts: readonly FakeHost[]
  readonly groups: Map<string, FakeGroup> = new Map()
  readonly quota: Quota
  /** Keypairs by name; whose they are does not matter here. */
  readonly keyPairs: Set<string>
  readonly softDelete: boolean
  /** No host has room for another server. */
  isFull = false
  readonly #instances = new Map<string, FakeInstance>()

  constructor(options: ComputeOptions) {
    this.agenda = options.agenda
    this.neutron = options.neutron
    this.durations = options.durations
    this.flavors = new Map(options.flavors.map((one) => [one.id, one]))
    this.hosts = options.hosts
    this.quota = options.quota
    this.keyPairs = new Set(options.keyPairs)
    this.softDelete = options.softDelete
  }

  /** All there ever were, in the order in which they came. */
  all(): readonly FakeInstance[] {
    return [...this.#instances.values()]
  }

  /** One that exists. */
  instance(id: string): FakeInstance | undefined {
    const found = this.#instances.get(id)
    return found?.exists === true ? found : undefined
  }

  zones(): readonly string[] {
    return [...new Set(this.hosts.map(({ zone }) => zone))].sort()
  }

  build(order: Order, doer: Doer): FakeInstance {
    const instance = new FakeInstance(this.#instances.size + 1, order, this.agenda.now())
    this.#instances.set(instance.id, instance)
    this.groups.get(order.groupId ?? '')?.members.add(instance.id)
    const action = this.record(instance, 'create', doer)
    this.#later(instance, 'build', this.durations.scheduleMs, () => this.#schedule(instance, action))
    return instance
  }

  /** Something that runs, on a host, without ports; nobody asked for it over the API. */
  plant(order: Order, doer: Doer): FakeInstance {
    const instance = this.build(order, doer)
    instance.pending?.[Symbol.dispose]()
    const [host] = this.hosts
    instance.host = host
    instance.launchedAt = this.agenda.now()
    instance.set(this.agenda.now(), { vmState: 'active', taskState: null, powerState: 1 })
    return instance
  }

  #schedule(instance: FakeInstance, action: InstanceAction): void {
    const { flavor, zone, hostName, groupId } = instance.order
    const group = groupId === undefined ? undefined : this.groups.get(groupId)
    const found = this.isFull ? '' : place({ flavor, zone, hostName, group }, this.hosts, this.#placed())
    if (typeof found === 'string') return this.#fail(instance, action, `No valid host was found. ${found}`)
    instance.host = found
    if (found.abortsBuilds === true) {
      return this.#giveUp(instance, action, `Build of instance ${instance.id} aborted: FakeBuildAbortDriver`)
    }
    try {
      for (const nic of instance.order.nics) this.#plug(instance, nic)
    } catch (error) {
      if (!(error instanceof NeutronRefusal)) throw error
      this.#unplugAll(instance)
      return this.#giveUp(instance, action, `Build of instance ${instance.id} aborted: ${unpluggable(error, instance)}`)
    }
    instance.set(this.agenda.now(), { taskState: 'spawning' })
    this.#later(instance, 'build', this.durations.buildMs, () => {
      for (const id of this.portsOf(instance)) {
        const port = this.neutron.port(id)
        if (port !== undefined) port.status = 'ACTIVE'
      }
      instance.launchedAt = this.agenda.now()
      instance.set(this.agenda.now(), { vmState: 'active', taskState: null, powerState: 1 })
      this.finish(action)
    })
  }

  #placed(): readonly Placed[] {
    return this.all().flatMap(({ exists, host, vmState, order: { flavor, groupId } }) =>
      exists && host !== undefined && vmState !== 'error' ? [{ host, flavor, groupId }] : [],
    )
  }

  /** The host lets go of it. */
  #giveUp(instance: FakeInstance, action: InstanceAction, message: string): void {
    instance.host = undefined
    instance.zone = ''
    this.#fail(instance, action, message)
  }

  #fail(instance: FakeInstance, action: InstanceAction, message: string): void {
    const now = this.agenda.now()
    instance.fault = { code: 500, createdAt: now, message }
    instance.set(now, { vmState: 'error', taskState: null })
    this.finish(action, true)
  }

  /** Makes the port of a network, or takes the given one. */
  #plug(instance: FakeInstance, { networkId, portId, fixedIp }: WantedNic): string {
    const bound = {
      deviceId: instance.id,
      deviceOwner: `compute:${instance.host?.zone ?? 'nova'}`,
      hostId: instance.host?.name ?? '',
    }
    const given = portId === undefined ? undefined : this.neutron.port(portId)
    if (given !== undefined) {
      this.neutron.updatePort(given, bound)
      instance.givenPorts.add(given.id)
      return given.id
    }
    const { securityGroups } = instance.order
    const port = this.neutron.createPort({
      networkId: networkId ?? '',
      projectId: instance.projectId,
      ...bound,
      ...(securityGroups === undefined ? {} : { securityGroups }),
      ...(fixedIp === undefined ? {} : { addresses: [fixedIp] }),
    })
    instance.madePorts.add(port.id)
    return port.id
  }

  /** At once, as the API waits for it. */
  attach(instance: FakeInstance, nic: WantedNic): string {
    const id = this.#plug(instance, nic)
    const port = this.neutron.port(id)
    if (port !== undefined) port.status = 'ACTIVE'
    instance.updatedAt = this.agenda.now()
    return id
  }

  detach(instance: FakeInstance, portId: string, done: (found: boolean) => void): void {
    const work = (): void => {
      const found = this.portsOf(instance).includes(portId)
      if (found) this.#unplug(instance, portId)
      instance.updatedAt = this.agenda.now()
      done(found)
    }
    this.agenda.in(this.durations.actionMs, 'action' satisfies Lane, work)
  }

  /** In the order in which they were plugged. */
  portsOf(instance: FakeInstance): readonly string[] {
    return this.neutron.portsOf(instance.id).map(({ id }) => id)
  }

  #unplug(instance: FakeInstance, portId: string): void {
    const port = this.neutron.port(portId)
    if (port !== undefined && instance.madePorts.has(portId)) this.neutron.deletePort(portId)
    else if (port !== undefined) {
      port.status = 'DOWN'
      this.neutron.updatePort(port, { deviceId: '', deviceOwner: '', hostId: '' })
    }
    instance.madePorts.delete(portId)
    instance.givenPorts.delete(portId)
  }

  #unplugAll(instance: FakeInstance): void {
    for (const id of this.portsOf(instance)) this.#unplug(instance, id)
  }

  delete(instance: FakeInstance, doer: Doer, how: 'usual' | 'force' = 'usual'): void {
    if (instance.taskState === 'deleting') return
    const soft = this.softDelete && how === 'usual' && instance.launchedAt !== undefined
    const action = this.record(instance, how === 'force' ? 'forceDelete' : 'delete', doer)
    instance.set(this.agenda.now(), { taskState: soft ? 'soft-deleting' : 'deleting' })
    this.#later(instance, 'delete', instance.host === undefined ? 0 : this.durations.deleteMs, () => {
      if (!soft) return this.remove(instance)
      instance.set(this.agenda.now(), { vmState: 'soft-delete', taskState: null, powerState: 4 })
      this.finish(action)
    })
  }

  /** Takes it away now, with its ports. */
  remove(instance: FakeInstance): void {
    instance.pending?.[Symbol.dispose]()
    const given = this.neutron.portsOf(instance.id).filter(({ id }) => instance.givenPorts.has(id))
    instance.keptAddresses = addressesOf(this.neutron, given)
    this.#unplugAll(instance)
    const now = this.agenda.now()
    instance.deletedAt = now
    for (const action of instance.actions) this.finish(action)
    instance.set(now, { vmState: 'deleted', taskState: null, powerState: 0 })
  }

  /** From `during` to `then`. */
  transit(
    instance: FakeInstance,
    during: string,
    then: Parameters<FakeInstance['set']>[1],
    action: InstanceAction,
  ): void {
    instance.set(this.agenda.now(), { taskState: during })
    this.#later(instance, 'action', this.durations.actionMs, () => {
      instance.set(this.agenda.now(), { taskState: null, ...then })
      this.finish(action)
    })
  }

  record(instance: FakeInstance, action: string, { identity, requestId }: Doer): InstanceAction {
    const entry: InstanceAction = {
      action,
      requestId,
      userId: identity.userId,
      projectId: identity.project?.id ?? '',
      startedAt: this.agenda.now(),
      finishedAt: undefined,
      failed: false,
    }
    instance.actions.push(entry)
    return entry
  }

  finish(action: InstanceAction, failed = false): void {
    action.finishedAt ??= this.agenda.now()
    action.failed ||= failed
  }

  addGroup(group: Pick<FakeGroup, 'name' | 'policy' | 'rules' | 'projectId' | 'userId'>): FakeGroup {
    const made = { id: randomUUID(), members: new Set<string>(), ...group }
    this.groups.set(made.id, made)
    return made
  }

  /** Whatever else it was going to do is dropped. */
  #later(instance: FakeInstance, lane: Lane, ms: number, work: () => void): void {
    instance.pending?.[Symbol.dispose]()
    instance.pending = this.agenda.in(ms, lane, work)
  }
}

/** What Nova makes of Neutron's refusal while it builds. */
function unpluggable({ type }: NeutronRefusal, { order }: FakeInstance): string {
  const nic = order.nics.find(({ fixedIp }) => fixedIp !== undefined)
  if (type !== 'InvalidIpForNetwork') return 'Failed to allocate the network(s), not rescheduling.'
  return `Invalid input received: Fixed IP ${nic?.fixedIp} is not a valid ip address for network ${nic?.networkId}.`
}
