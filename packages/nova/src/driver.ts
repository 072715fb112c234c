import { randomUUID } from 'node:crypto'
import {
  AmphoraComputeError,
  type AmphoraAddress,
  type AttachTarget,
  type BuildOrder,
  type Call,
  type CheckReport,
  type Clock,
  type DriverContext,
  type DriverFor,
  type PlacementPolicy,
  type ReportedAmphora,
  type ReportedStatus,
} from '@amphora/core'
import { foreign, hasStatus, Images, isAbsent, notFound, notSuspended, Session, WRITTEN_UUID } from '@amphora/openstack'
import { Builder } from './build.ts'
import type { capabilities } from './capabilities.ts'
import { Client } from './client.ts'
import { amphoraOf } from './decode.ts'
import { cellDown, wrongState } from './errors.ts'
import { Flavors } from './flavors.ts'
import { PlacementGroups } from './groups.ts'
import { listing, type ListingOptions } from './listing.ts'
import { isAtLeast } from './microversion.ts'
import { Networks } from './networks.ts'
import type { Settings } from './options.ts'
import { MARKS, ownershipOf, type Ownership } from './ownership.ts'
import { attach, detach } from './ports.ts'
import { explainRefusal } from './refusals.ts'
import { statusOf } from './status.ts'
import { validateOrder } from './validate.ts'
import { watchServers } from './watch.ts'
import type { WireInterface, WireServer } from './wire.ts'

/** What we ask for; what Nova has of it is found out at the first call. */
const HIGHEST = '2.79'
const FLOOR = '2.1'

/** Sends nothing; the first call logs in. */
export function createDriver(settings: Settings, context: DriverContext): DriverFor<typeof capabilities> {
  return new NovaDriver(settings, context)
}

class NovaDriver {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #ownership: Ownership
  readonly #session: Session
  readonly #client: Client
  readonly #flavors: Flavors
  readonly #images: Images
  readonly #networks: Networks
  readonly #groups: PlacementGroups
  readonly #builder: Builder

  constructor(settings: Settings, { owner, clock, logger }: DriverContext) {
    this.#settings = settings
    this.#clock = clock
    this.#ownership = ownershipOf(owner, randomUUID())
    this.#session = new Session(settings, { clock, logger })
    const microversion = { header: 'openstack', highest: HIGHEST, floor: FLOOR } as const
    const shared = { reasonPrefix: 'nova' }
    this.#client = new Client(
      this.#session.service('compute', { ...shared, peer: 'Nova', microversion, explain: explainRefusal }),
    )
    const glance = this.#session.service('image', { ...shared, peer: 'Glance', versionPath: ['v2'] })
    const neutron = this.#session.service('network', { ...shared, peer: 'Neutron', versionPath: ['v2.0'] })
    this.#flavors = new Flavors(this.#client, clock, settings.sizeFlavors)
    this.#images = new Images(glance, clock, { owner: settings.imageOwner, reasonPrefix: 'nova' })
    this.#networks = new Networks(neutron, clock)
    this.#groups = new PlacementGroups(this.#client, this.#ownership)
    this.#builder = new Builder({
      client: this.#client,
      flavors: this.#flavors,
      images: this.#images,
      ownership: this.#ownership,
      settings,
      clock,
    })
  }

  build(order: BuildOrder, call: Call): Promise<string> {
    return this.#builder.build(order, call)
  }

  validate(order: BuildOrder, call: Call): Promise<readonly string[]> {
    return validateOrder(order, {
      client: this.#client,
      flavors: this.#flavors,
      images: this.#images,
      networks: this.#networks,
      settings: this.#settings,
      ownership: this.#ownership,
      clock: this.#clock,
      signal: call.signal,
    })
  }

  async status(id: string, call: Call): Promise<ReportedStatus> {
    const server = await this.#readable(id, call)
    return statusOf(server, await this.#failedAction(server, call))
  }

  async getAmphora(id: string, call: Call): Promise<ReportedAmphora> {
    const server = await this.#readable(id, call)
    const [networks, failedAction, interfaces] = await Promise.all([
      this.#networks.byName(call),
      this.#failedAction(server, call),
      this.#settings.reportPorts ? this.#interfaces(id, call) : undefined,
    ])
    return amphoraOf(server, { networks, failedAction, interfaces })
  }

  async find(name: string, call: Call): Promise<readonly ReportedAmphora[]> {
    const { servers } = await this.#client.named(name, call.signal)
    const ours = servers.filter((server) => this.#owns(server) && server.metadata?.[MARKS.name] === name)
    if (ours.length === 0) return []
    if (ours.length > 1) {
      const ids = ours.map(({ id }) => id)
      call.logger.warn({ name, ids, reason: 'nova/duplicate-name' }, 'several servers of ours have one name')
    }
    const networks = await this.#networks.byName(call)
    return ours.map((server) => amphoraOf(server, { networks }))
  }

  list(call: Call): AsyncIterable<ReportedAmphora> {
    return listing(this.#listing(), call)
  }

  watch(call: Call): AsyncIterable<ReportedAmphora> {
    return watchServers({ ...this.#listing(), clock: this.#clock }, call)
  }

  async delete(id: string, call: Call): Promise<void> {
    const server = await this.#changeable(id, call)
    if (server === undefined) return
    const { forceDelete } = this.#settings
    const { state } = statusOf(server)
    if (state === 'deleted' && !forceDelete) return
    try {
      if (forceDelete) await this.#client.forceDelete(id, call.signal)
      else await this.#client.remove(id, call.signal)
    } catch (thrown) {
      if (hasStatus(thrown, 409) && server.locked) throw wrongState(thrown, 'locked', true)
      throw thrown
    }
  }

  async suspend(id: string, call: Call): Promise<void> {
    const server = await this.#existing(id, call)
    if (isSuspended(server)) return
    try {
      await this.#client.act(id, 'suspend', call.signal)
    } catch (thrown) {
      if (isAbsent(thrown)) throw notFound()
      if (!hasStatus(thrown, 409)) throw thrown
      const now = await this.#existing(id, call)
      if (!isSuspended(now)) throw stuck(thrown, now)
    }
  }

  async resume(id: string, call: Call): Promise<void> {
    const server = await this.#existing(id, call)
    const action = resumeOf(server)
    if (action === undefined) throw notSuspended('nova')
    try {
      await this.#client.act(id, action, call.signal)
    } catch (thrown) {
      if (isAbsent(thrown)) throw notFound()
      if (!hasStatus(thrown, 409)) throw thrown
      const now = await this.#existing(id, call)
      throw resumeOf(now) === undefined ? notSuspended('nova') : stuck(thrown, now)
    }
  }

  async attachNetworkOrPort(id: string, target: AttachTarget, call: Call): Promise<AmphoraAddress> {
    const cloud = { client: this.#client, networks: this.#networks }
    return attach(cloud, await this.#existing(id, call), target, call.signal)
  }

  async detachPort(id: string, portId: string, call: Call): Promise<void> {
    await detach(this.#client, await this.#existing(id, call), portId, call.signal)
  }

  createPlacementGroup(name: string, policy: PlacementPolicy, call: Call): Promise<string> {
    return this.#groups.create(name, policy, call.signal)
  }

  deletePlacementGroup(id: string, call: Call): Promise<void> {
    return this.#groups.delete(id, call.signal)
  }

  async check(call: Call): Promise<CheckReport> {
    if ((await this.#session.project(call.signal)) === undefined) {
      throw new AmphoraComputeError(
        'the login has no project, and without one Nova shows an empty cloud; name a project in the options or in clouds.yaml',
        { code: 'failed-precondition', reason: 'nova/no-project' },
      )
    }
    const version = await this.#client.microversion(call.signal)
    await this.#client.limits(call.signal)
    return {
      version,
      warnings: isAtLeast(version, '2.52')
        ? []
        : [`Nova has ${version} only; below 2.52 servers get no tags, and a list reads all servers of the project`],
    }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  #listing(): ListingOptions {
    const { pageSize } = this.#settings
    return { client: this.#client, ownership: this.#ownership, networks: this.#networks, pageSize }
  }

  #owns(server: WireServer): boolean {
    const isOurs = this.#ownership.owns(server)
    if (isOurs === undefined) throw cellDown()
    return isOurs
  }

  /** Why it is in `error`, where Nova names no fault: what an operator set by hand has none. */
  async #failedAction(server: WireServer, call: Call): Promise<string | undefined> {
    if (server.fault !== undefined || statusOf(server).state !== 'error') return undefined
    const action = await this.#client.failedAction(server.id, call.signal)
    return action === undefined ? undefined : `${action} failed`
  }

  async #server(id: string, call: Call): Promise<WireServer | undefined> {
    return WRITTEN_UUID.test(id) ? this.#client.server(id, call.signal) : undefined
  }

  /** The server was there a moment ago. */
  async #interfaces(id: string, call: Call): Promise<readonly WireInterface[]> {
    try {
      return await this.#client.interfaces(id, call.signal)
    } catch (thrown) {
      throw isAbsent(thrown) ? notFound() : thrown
    }
  }

  async #readable(id: string, call: Call): Promise<WireServer> {
    const server = await this.#server(id, call)
    if (server === undefined || !this.#owns(server)) throw notFound()
    return server
  }

  async #changeable(id: string, call: Call): Promise<WireServer | undefined> {
    const server = await this.#server(id, call)
    if (server === undefined || this.#owns(server)) return server
    throw foreign('nova')
  }

  async #existing(id: string, call: Call): Promise<WireServer> {
    const server = await this.#changeable(id, call)
    if (server === undefined) throw notFound()
    return server
  }
}

function isSuspended(server: WireServer): boolean {
  const { state } = statusOf(server)
  return state === 'suspended' || state === 'suspending'
}

function resumeOf(server: WireServer): 'resume' | 'unpause' | undefined {
  if (statusOf(server).state !== 'suspended') return undefined
  return server.status === 'PAUSED' ? 'unpause' : 'resume'
}

/** A task that is under way is over in a moment; a state is not. */
function stuck(thrown: AmphoraComputeError, server: WireServer): AmphoraComputeError {
  if (!server.locked && server.taskState !== undefined) return thrown
  return wrongState(thrown, statusOf(server).state, server.locked)
}
