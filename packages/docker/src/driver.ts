import {
  AmphoraComputeError,
  InstanceNotFoundError,
  NotImplementedError,
  NotSuspendedError,
  type AmphoraAddress,
  type AttachTarget,
  type BuildOrder,
  type Call,
  type CheckReport,
  type Clock,
  type DriverContext,
  type DriverFor,
  type ReportedAmphora,
  type ReportedStatus,
} from '@amphora/core'
import { Builder } from './build.ts'
import type { capabilities } from './capabilities.ts'
import { Client } from './client.ts'
import { addressesOf, amphoraOf, isNetwork } from './decode.ts'
import { connectBody } from './encode.ts'
import { Engine } from './engine.ts'
import { EngineError, unreadable } from './errors.ts'
import { listing, type ListingOptions } from './listing.ts'
import { networkProblem, type Settings } from './options.ts'
import { ownershipOf, type Ownership } from './ownership.ts'
import { ENGINE_ID } from './read-wire.ts'
import { refuse } from './refuse.ts'
import { statusOf } from './status.ts'
import { validateOrder } from './validate.ts'
import { parseVersion } from './version.ts'
import { watchContainers } from './watch.ts'
import type { WireContainer } from './wire.ts'

/** Sends nothing; the engine's library is loaded by the first call. */
export function createDriver(settings: Settings, context: DriverContext): DriverFor<typeof capabilities> {
  return new DockerDriver(settings, context)
}

class DockerDriver {
  readonly #settings: Settings
  readonly #ownership: Ownership
  readonly #clock: Clock
  readonly #engine: Engine
  readonly #client: Client
  readonly #builder: Builder

  constructor(settings: Settings, { owner, clock }: DriverContext) {
    this.#settings = settings
    this.#clock = clock
    this.#ownership = ownershipOf(owner, settings)
    this.#engine = new Engine(settings.endpoint)
    this.#client = new Client(this.#engine, clock)
    this.#builder = new Builder({ client: this.#client, ownership: this.#ownership, settings, clock })
  }

  build(order: BuildOrder, call: Call): Promise<string> {
    return this.#builder.build(order, call)
  }

  refuse(order: BuildOrder): readonly string[] {
    return refuse(order, this.#settings)
  }

  validate(order: BuildOrder, call: Call): Promise<readonly string[]> {
    return validateOrder(order, {
      client: this.#client,
      settings: this.#settings,
      ownership: this.#ownership,
      signal: call.signal,
    })
  }

  async status(id: string, call: Call): Promise<ReportedStatus> {
    return statusOf(await this.#readable(id, call), this.#clock.now())
  }

  async getAmphora(id: string, call: Call): Promise<ReportedAmphora> {
    return amphoraOf(await this.#readable(id, call), this.#clock.now())
  }

  async find(name: string, call: Call): Promise<readonly ReportedAmphora[]> {
    const engineName = this.#ownership.engineName(name)
    const container = await this.#client.inspect(engineName, call.signal)
    // The engine also takes a name for the beginning of an id.
    if (container === undefined || container.Name !== `/${engineName}` || !this.#owns(container)) return []
    return [amphoraOf(container, this.#clock.now())]
  }

  list(call: Call): AsyncIterable<ReportedAmphora> {
    return listing(this.#listing(), call.signal)
  }

  watch(call: Call): AsyncIterable<ReportedAmphora> {
    return watchContainers({ ...this.#listing(), clock: this.#clock }, call)
  }

  async delete(id: string, call: Call): Promise<void> {
    const container = await this.#changeable(id, call)
    if (container === undefined) return
    try {
      await this.#client.remove(id, true, call.signal)
    } catch (thrown) {
      if (!hasReason(thrown, 'docker/being-removed')) throw thrown
    }
  }

  async suspend(id: string, call: Call): Promise<void> {
    const container = await this.#existing(id, call)
    if (container.State.Status === 'paused') return
    try {
      await this.#client.pause(id, call.signal)
    } catch (thrown) {
      if (!hasReason(thrown, 'docker/already-paused')) throw goneOr(thrown)
    }
  }

  async resume(id: string, call: Call): Promise<void> {
    const container = await this.#existing(id, call)
    if (container.State.Status !== 'paused') throw notSuspended()
    try {
      await this.#client.unpause(id, call.signal)
    } catch (thrown) {
      throw hasReason(thrown, 'docker/not-paused') ? notSuspended() : goneOr(thrown)
    }
  }

  async attachNetworkOrPort(id: string, target: AttachTarget, call: Call): Promise<AmphoraAddress> {
    const { networkId, ipAddress } = target
    if (networkId === undefined) throw new NotImplementedError('containers have no ports of their own; name a network')
    const problem = networkProblem(networkId)
    if (problem !== undefined) throw new AmphoraComputeError(`networkId ${problem}`, { code: 'invalid-argument' })
    const there = addressOn(networkId, await this.#existing(id, call))
    if (there !== undefined) return there
    try {
      await this.#client.connect(networkId, connectBody(id, ipAddress), call.signal)
    } catch (thrown) {
      if (!hasReason(thrown, 'docker/already-connected')) throw goneOr(thrown)
    }
    const address = addressOn(networkId, await this.#existing(id, call))
    if (address !== undefined) return address
    throw new AmphoraComputeError(
      'it is connected and has no address yet, since it does not run; resume or rebuild it',
      {
        code: 'failed-precondition',
        reason: 'docker/no-address-yet',
      },
    )
  }

  async detachPort(id: string, portId: string, call: Call): Promise<void> {
    const container = await this.#existing(id, call)
    const network = networkOf(portId, container)
    if (network === undefined) return
    try {
      await this.#client.disconnect(network, connectBody(id), call.signal)
    } catch (thrown) {
      const isDone =
        hasReason(thrown, 'docker/not-connected') || (thrown instanceof EngineError && thrown.code === 'not-found')
      if (!isDone) throw thrown
    }
  }

  async check(call: Call): Promise<CheckReport> {
    const { apiVersion, os } = await this.#client.ping(call.signal)
    const [major, minor] = parseVersion(apiVersion)
    const isOld = apiVersion === undefined || major < 1 || (major === 1 && minor < 41)
    return {
      ...(apiVersion === undefined ? {} : { version: apiVersion }),
      warnings: [
        ...(isOld
          ? [`the engine speaks API ${apiVersion ?? 'of an unknown version'}; this driver is made for 1.41 and newer`]
          : []),
        ...(os === undefined || os === 'linux' ? [] : ['the engine runs containers of another system than Linux']),
      ],
    }
  }

  async close(): Promise<void> {
    this.#engine.close()
  }

  #listing(): ListingOptions {
    const { pageSize } = this.#settings
    return { client: this.#client, ownership: this.#ownership, now: () => this.#clock.now(), pageSize }
  }

  #owns({ Name, Labels }: WireContainer): boolean {
    return this.#ownership.owns({ names: [Name], labels: Labels })
  }

  /** By an id of the engine's own form only: anything else it would take for a name, or for the beginning of an id. */
  async #container(id: string, call: Call): Promise<WireContainer | undefined> {
    if (!ENGINE_ID.test(id)) return undefined
    const container = await this.#client.inspect(id, call.signal)
    if (container !== undefined && container.Id !== id) throw unreadable('inspect', 'another one')
    return container
  }

  async #readable(id: string, call: Call): Promise<WireContainer> {
    const container = await this.#container(id, call)
    if (container === undefined || !this.#owns(container)) throw notFound()
    return container
  }

  async #changeable(id: string, call: Call): Promise<WireContainer | undefined> {
    const container = await this.#container(id, call)
    if (container === undefined || this.#owns(container)) return container
    throw new AmphoraComputeError('it is not ours to change', { code: 'permission-denied', reason: 'docker/foreign' })
  }

  async #existing(id: string, call: Call): Promise<WireContainer> {
    const container = await this.#changeable(id, call)
    if (container === undefined) throw notFound()
    return container
  }
}

function addressOn(network: string, container: WireContainer): AmphoraAddress | undefined {
  const name = networkOf(network, container)
  const endpoint = name === undefined ? undefined : container.Networks[name]
  return endpoint === undefined || name === undefined ? undefined : addressesOf({ [name]: endpoint }, {})[0]
}

/** The name, on this container, of a network that goes by a name or an id. */
function networkOf(asked: string, { Networks }: WireContainer): string | undefined {
  return Object.entries(Networks).find(([name, { NetworkID }]) => isNetwork(asked, name, NetworkID))?.[0]
}

/** It can vanish between the look at its owner and the change. */
function goneOr(thrown: unknown): unknown {
  const isGone = thrown instanceof EngineError && thrown.code === 'not-found' && thrown.reason === undefined
  return isGone ? notFound() : thrown
}

function notFound(): InstanceNotFoundError {
  return new InstanceNotFoundError('there is none of ours with this id')
}

function notSuspended(): NotSuspendedError {
  return new NotSuspendedError('it is not suspended', { reason: 'docker/not-paused' })
}

function hasReason(thrown: unknown, reason: string): boolean {
  return thrown instanceof EngineError && thrown.reason === reason
}
