import {
  AmphoraComputeError,
  InstanceNotFoundError,
  NotImplementedError,
  NotSuspendedError,
  type BuildOrder,
  type Call,
  type CheckReport,
  type PlacementPolicy,
  type ReportedAmphora,
  type ReportedStatus,
} from '@amphora/core'
import { Builder } from './build.ts'
import { amphoraOf } from './decode.ts'
import { idOf, readId } from './guest-id.ts'
import { census, type Sighting } from './placement/census.ts'
import { groupId, isGroupPolicy } from './placement/group.ts'
import { together } from './placement/together.ts'
import type { Guest } from './profile/guest.ts'
import { riskWarnings, unservedWarnings } from './risks.ts'
import type { Site } from './site.ts'
import { healthWarnings } from './snmp/health.ts'
import type { TrapReceiver } from './snmp/trap-receiver.ts'
import { validateOrder } from './validate.ts'
import { watchSites } from './watch.ts'
import type { Workplace } from './workplace.ts'

/** The verbs, over whatever the profile can do. */
export class HardwareDriver<Settings, G extends Guest> {
  readonly #workplace: Workplace<Settings, G>
  readonly #builder: Builder<Settings, G>

  readonly #traps: TrapReceiver | undefined

  constructor(workplace: Workplace<Settings, G>, traps?: TrapReceiver) {
    this.#workplace = workplace
    this.#builder = new Builder(workplace)
    this.#traps = traps
  }

  build(order: BuildOrder, call: Call): Promise<string> {
    return this.#builder.build(order, call)
  }

  validate(order: BuildOrder, call: Call): Promise<readonly string[]> {
    return validateOrder(order, this.#workplace, call.signal)
  }

  async getAmphora(id: string, call: Call): Promise<ReportedAmphora> {
    const seen = await this.#sighting(id, call)
    const amphora = seen === undefined ? undefined : this.#amphora(seen)
    if (amphora === undefined) throw notFound()
    return amphora
  }

  /** By one datagram where the box's table tells which guest it is; what that does not tell is asked of the box itself. */
  async status(id: string, call: Call): Promise<ReportedStatus> {
    const { key = '', appliance = '' } = readId(id) ?? {}
    const site = this.#workplace.sites.find(({ settings }) => settings.id === appliance)
    const guest = await site?.glance?.guest(key, call.signal)
    const isIt = site !== undefined && guest !== undefined && idOf(site.settings.id, guest) === id
    const isOurs = guest !== undefined && this.#workplace.ownership.requestName(guest) !== undefined
    return isIt && isOurs ? guest.status : (await this.getAmphora(id, call)).status
  }

  async find(name: string, call: Call): Promise<readonly ReportedAmphora[]> {
    const { sites, ownership } = this.#workplace
    const guestName = ownership.guestName(name)
    const found = await together(sites, call.signal, async (site, signal) =>
      (await site.appliance.find(guestName, signal)).map((guest) => this.#amphora({ site, guest })),
    )
    return found
      .flat()
      .filter((amphora) => amphora?.name === name)
      .filter(isThere)
  }

  /** Box by box. A box that does not answer fails the whole, cordoned or not: what it holds would seem to be gone. */
  async *list({ signal }: Call): AsyncGenerator<ReportedAmphora, void> {
    for (const site of this.#workplace.sites) {
      const guests = await site.appliance.list(signal)
      yield* guests.map((guest) => this.#amphora({ site, guest })).filter(isThere)
    }
  }

  watch(call: Call): AsyncGenerator<ReportedAmphora, void> {
    return watchSites(this.#workplace, this.#traps, call)
  }

  async delete(id: string, call: Call): Promise<void> {
    const seen = await this.#changeable(id, call)
    if (seen !== undefined) return seen.site.appliance.remove(seen.guest, call.signal)
    const parts = readId(id)
    if (parts !== undefined) await this.#site(parts.appliance).appliance.removeLeftovers?.(parts.key, call.signal)
  }

  async suspend(id: string, call: Call): Promise<void> {
    const { site, guest } = await this.#existing(id, call)
    if (['suspended', 'suspending'].includes(guest.status.state)) return
    await site.appliance.suspend?.(guest, call.signal)
  }

  async resume(id: string, call: Call): Promise<void> {
    const { site, guest } = await this.#existing(id, call)
    if (guest.status.state !== 'suspended') throw new NotSuspendedError(`it is ${guest.status.state}, not suspended`)
    await site.appliance.resume?.(guest, call.signal)
  }

  /** A group is its id, and its members carry its tag: nothing is sent. */
  async createPlacementGroup(name: string, policy: PlacementPolicy): Promise<string> {
    if (isGroupPolicy(policy)) return groupId({ policy, name })
    throw new NotImplementedError(`appliances are kept apart, never together; found the policy "${policy}"`)
  }

  async deletePlacementGroup(): Promise<void> {}

  async check({ signal }: Call): Promise<CheckReport> {
    const { sites } = this.#workplace
    const identities = await census(sites, signal, async ({ settings, appliance }, joined) => {
      const { version, warnings } = await appliance.identify(joined)
      return [{ version, warnings: warnings.map((warning) => `${settings.id}: ${warning}`) }]
    })
    const versions = new Set(identities.flatMap(({ seen: { version } }) => version ?? []))
    const silent = sites.filter((site) => identities.every((one) => one.site !== site))
    return {
      ...(versions.size === 0 ? {} : { version: [...versions].sort().join(', ') }),
      warnings: [
        ...identities.flatMap(({ seen: { warnings } }) => warnings),
        ...(await Promise.all(sites.map((site) => healthWarnings(site, signal)))).flat(),
        ...riskWarnings(this.#workplace.settings.entries),
        ...unservedWarnings(this.#workplace.settings.others),
        ...(this.#traps?.warnings() ?? []),
        ...silent.map(({ settings }) => `${settings.id}: it is cordoned and does not answer`),
      ],
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#traps?.close(), ...this.#workplace.sites.map((site) => site.close())])
  }

  #amphora({ site, guest }: Sighting<Settings, G>): ReportedAmphora | undefined {
    const name = this.#workplace.ownership.requestName(guest)
    return name === undefined ? undefined : amphoraOf(guest, name, site.settings)
  }

  /** What stands under the id, whoever made it; nothing where a later one has taken its place. */
  async #sighting(id: string, { signal }: Call): Promise<Sighting<Settings, G> | undefined> {
    const parts = readId(id)
    if (parts === undefined) return undefined
    const site = this.#site(parts.appliance)
    const guest = await site.appliance.read(parts.key, signal)
    return guest !== undefined && idOf(site.settings.id, guest) === id ? { site, guest } : undefined
  }

  #site(appliance: string): Site<Settings, G> {
    const site = this.#workplace.sites.find(({ settings }) => settings.id === appliance)
    if (site !== undefined) return site
    throw new AmphoraComputeError(
      `it stands on the appliance "${appliance}", which the inventory does not name; put that back to reach it`,
      { code: 'failed-precondition', reason: 'hardware/unknown-appliance' },
    )
  }

  async #changeable(id: string, call: Call): Promise<Sighting<Settings, G> | undefined> {
    const seen = await this.#sighting(id, call)
    if (seen === undefined || this.#amphora(seen) !== undefined) return seen
    throw new AmphoraComputeError('it is not ours to change', { code: 'permission-denied', reason: 'hardware/foreign' })
  }

  async #existing(id: string, call: Call): Promise<Sighting<Settings, G>> {
    const seen = await this.#changeable(id, call)
    if (seen === undefined) throw notFound()
    return seen
  }
}

function isThere(amphora: ReportedAmphora | undefined): amphora is ReportedAmphora {
  return amphora !== undefined
}

function notFound(): InstanceNotFoundError {
  return new InstanceNotFoundError('there is none of ours with this id')
}
