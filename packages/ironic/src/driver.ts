import type {
  BuildOrder,
  Call,
  CheckReport,
  Clock,
  DriverContext,
  DriverFor,
  ReportedAmphora,
  ReportedStatus,
} from '@amphora/core'
import { foreign, Images, notFound, Session, UUID, type Service } from '@amphora/openstack'
import { Builder } from './build.ts'
import type { capabilities } from './capabilities.ts'
import { Client } from './client.ts'
import { amphoraOf } from './decode.ts'
import type { Premises } from './give-up.ts'
import { Leases } from './leases.ts'
import { listing } from './listing.ts'
import type { Settings } from './options.ts'
import { hasNeutron, refusals } from './order-rules.ts'
import { ownershipOf, type Ownership } from './ownership.ts'
import { Ports } from './ports.ts'
import { resume, settleResume, suspend } from './power.ts'
import { explainIronic, explainNeutron } from './refusals.ts'
import { remove, removePorts } from './removal.ts'
import type { Sighting } from './sighting.ts'
import { statusOf } from './status.ts'
import { validateOrder } from './validate.ts'
import { Whereabouts } from './whereabouts.ts'
import type { WirePort } from './wire.ts'

/** What we ask for; what Ironic has of it is found out at the first call. 1.56 builds the config drive from JSON. */
const HIGHEST = '1.82'
const FLOOR = '1.56'

/** Sends nothing; the first call logs in. */
export function createDriver(settings: Settings, context: DriverContext): DriverFor<typeof capabilities> {
  return new IronicDriver(settings, context)
}

class IronicDriver {
  readonly #settings: Settings
  readonly #ownership: Ownership
  readonly #session: Session
  readonly #client: Client
  readonly #neutron: Service
  readonly #ports: Ports | undefined
  readonly #images: Images
  readonly #leases: Leases
  readonly #whereabouts: Whereabouts
  readonly #builder: Builder

  constructor(settings: Settings, { owner, clock, logger }: DriverContext) {
    this.#settings = settings
    this.#ownership = ownershipOf(owner)
    this.#session = new Session(settings, { clock, logger })
    const shared = { reasonPrefix: 'ironic' }
    this.#client = new Client(
      this.#session.service('baremetal', {
        ...shared,
        peer: 'Ironic',
        versionPath: ['v1'],
        microversion: { header: 'ironic', highest: HIGHEST, floor: FLOOR },
        explain: explainIronic,
      }),
    )
    const neutron = { ...shared, peer: 'Neutron', versionPath: ['v2.0'], explain: explainNeutron }
    this.#neutron = this.#session.service('network', neutron)
    this.#ports = hasNeutron(settings) ? new Ports(this.#neutron, clock, owner) : undefined
    const glance = this.#session.service('image', { ...shared, peer: 'Glance', versionPath: ['v2'] })
    this.#images = new Images(glance, clock, { owner: settings.imageOwner, reasonPrefix: 'ironic' })
    this.#leases = new Leases(clock)
    this.#whereabouts = new Whereabouts(this.#client)
    this.#builder = this.#newBuilder(clock)
  }

  build(order: BuildOrder, call: Call): Promise<string> {
    return this.#builder.build(order, call)
  }

  refuse(order: BuildOrder): readonly string[] {
    return refusals(order, this.#settings)
  }

  validate(order: BuildOrder, { signal }: Call): Promise<readonly string[]> {
    return validateOrder(order, {
      client: this.#client,
      neutron: this.#neutron,
      images: this.#images,
      settings: this.#settings,
      ownership: this.#ownership,
      signal,
    })
  }

  async status(id: string, call: Call): Promise<ReportedStatus> {
    return statusOf(await this.#readable(id, call))
  }

  async getAmphora(id: string, call: Call): Promise<ReportedAmphora> {
    const sighting = await this.#readable(id, call)
    return this.#amphora(sighting, call)
  }

  async find(name: string, call: Call): Promise<readonly ReportedAmphora[]> {
    const key = this.#ownership.keyOf(name)
    const sighting = await this.#whereabouts.reserved(key, call.signal)
    // A data base may compare names without case.
    const isIt = sighting?.allocation?.name === key && sighting.name === name && this.#owns(sighting)
    return isIt ? [await this.#amphora(sighting, call)] : []
  }

  async *list(call: Call): AsyncGenerator<ReportedAmphora, void> {
    const { pageSize } = this.#settings
    const options = { ...this.#premises(), whereabouts: this.#whereabouts, owner: this.#ownership.owner, pageSize }
    for await (const sightings of listing(options, call)) {
      const ports = await this.#portsOf(sightings, call)
      for (const sighting of sightings) yield amphoraOf(sighting, { ports, addressOf: this.#settings.addressOf })
    }
  }

  async delete(id: string, call: Call): Promise<void> {
    const sighting = await this.#changeable(id, call)
    if (sighting === undefined) return UUID.test(id) ? removePorts(id, this.#premises(), call) : undefined
    const options = { ...this.#premises(), leases: this.#leases, whereabouts: this.#whereabouts }
    return remove(sighting, options, call)
  }

  async suspend(id: string, call: Call): Promise<void> {
    const sighting = await this.#existing(id, call)
    return suspend(sighting, { client: this.#client, settings: this.#settings }, call.signal)
  }

  async resume(id: string, call: Call): Promise<void> {
    const sighting = await this.#existing(id, call)
    return resume(sighting, { client: this.#client, settings: this.#settings }, call.signal)
  }

  async check({ signal }: Call): Promise<CheckReport> {
    const version = await this.#client.microversion(signal)
    const { seesNodes } = await this.#client.glance(signal)
    const blind = 'no node can be seen: either Ironic has none, or the project has no access to any'
    return { version, warnings: seesNodes ? [] : [blind] }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  #newBuilder(clock: Clock): Builder {
    return new Builder({
      ...this.#premises(),
      images: this.#images,
      leases: this.#leases,
      whereabouts: this.#whereabouts,
      ownership: this.#ownership,
      settings: this.#settings,
      clock,
    })
  }

  #premises(): Premises {
    return { client: this.#client, ports: this.#ports }
  }

  #owns({ owner }: Sighting): boolean {
    return owner === this.#ownership.owner
  }

  async #amphora(sighting: Sighting, call: Call): Promise<ReportedAmphora> {
    const ports = await this.#portsOf([sighting], call)
    return amphoraOf(sighting, { ports, addressOf: this.#settings.addressOf })
  }

  /** Without Neutron nothing is known of them. An outage of it is one: no addresses would read as none. */
  async #portsOf(sightings: readonly Sighting[], { signal }: Call): Promise<ReadonlyMap<string, WirePort>> {
    const ids = sightings.flatMap(({ marks }) => [...(marks?.networks ?? []), ...(marks?.ports ?? [])])
    return this.#ports === undefined || ids.length === 0 ? new Map() : this.#ports.of(ids, signal)
  }

  async #sighting(id: string, { signal }: Call): Promise<Sighting | undefined> {
    return UUID.test(id) ? this.#whereabouts.look(id, signal) : undefined
  }

  async #readable(id: string, call: Call): Promise<Sighting> {
    const sighting = await this.#sighting(id, call)
    if (sighting === undefined || !this.#owns(sighting)) throw notFound()
    await settleResume(sighting, this.#client, call.signal)
    return sighting
  }

  async #changeable(id: string, call: Call): Promise<Sighting | undefined> {
    const sighting = await this.#sighting(id, call)
    if (sighting === undefined || this.#owns(sighting)) return sighting
    throw foreign('ironic')
  }

  async #existing(id: string, call: Call): Promise<Sighting> {
    const sighting = await this.#changeable(id, call)
    if (sighting === undefined) throw notFound()
    return sighting
  }
}
