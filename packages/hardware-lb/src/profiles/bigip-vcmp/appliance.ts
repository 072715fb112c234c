import { AmphoraComputeError, InstanceNotFoundError, type Clock } from '@amphora/core'
import { inDoubt } from '../../errors.ts'
import type { ApplianceSettings } from '../../inventory/settings.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import { Turns } from '../../turns.ts'
import type { VcmpClient } from './client.ts'
import { diskOf, guestOf, type VcmpGuest } from './decode.ts'
import { guestFor, managementIp } from './encode.ts'
import { missing, unreadable } from './errors.ts'
import type { VcmpSettings } from './settings.ts'
import type { GuestState } from './wire.ts'

/** A guest that runs is looked at so often where the host does not say that it is done: its word comes and goes (f5-ansible). */
const MOST_LOOKS = 3
const LOOK_MS = 1_000
/** A disk may stay in use for a while after its guest is gone: some 6 s in all, by pauses that double. */
const MOST_DISK_TRIES = 8
const DISK_MS = 50
const MOST_MOVES = 16

/** One vCMP host. */
export class VcmpAppliance implements Appliance<VcmpGuest> {
  readonly #client: VcmpClient
  readonly #appliance: ApplianceSettings<VcmpSettings>
  readonly #clock: Clock
  /** One save at a time. */
  readonly #turns = new Turns()

  constructor(client: VcmpClient, appliance: ApplianceSettings<VcmpSettings>, clock: Clock) {
    this.#client = client
    this.#appliance = appliance
    this.#clock = clock
  }

  /** That it has a list of guests tells what it is. */
  async identify(signal: AbortSignal): Promise<Identity> {
    await this.#client.guests(signal)
    return { warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly VcmpGuest[]> {
    const guest = await this.read(name, signal)
    return guest === undefined ? [] : [guest]
  }

  async read(key: string, signal: AbortSignal): Promise<VcmpGuest | undefined> {
    const [guest] = await this.#steady(signal, async () => {
      const config = await this.#client.guest(key, signal)
      if (config === undefined) return []
      const told = guestOf(config, await this.#client.stats(key, signal), this.#markField)
      if (told?.key !== key) throw unreadable('describe the guest')
      return [told]
    })
    return guest
  }

  list(signal: AbortSignal): Promise<readonly VcmpGuest[]> {
    return this.#steady(signal, async () => {
      const configs = await this.#client.guests(signal)
      const stats = configs.length === 0 ? [] : await this.#client.stats(undefined, signal)
      return configs.map((config) => {
        const guest = guestOf(config, stats, this.#markField)
        if (guest === undefined) throw unreadable('list the guests')
        return guest
      })
    })
  }

  async create(order: GuestOrder, signal: AbortSignal): Promise<Created> {
    const { name } = order
    await this.#demandImage(order, signal)
    const vlans = await this.#vlanNames(order, signal)
    // A guest would start from what an earlier one of its name has left, with all that is on it.
    await this.#removeUnused(diskOf(name), signal)
    const made = await this.#atFreeAddress(await this.#configured(signal), name, signal, (address) =>
      this.#client.create(guestFor(order, address, vlans, this.#appliance), signal),
    )
    await this.#demandMark(made, order, signal)
    await this.#settleAddress(name, signal).catch(doubt)
    return { key: name, isUnfinished: true }
  }

  /** What is not saved is gone when the host starts again. */
  finish(_key: string, _order: GuestOrder, signal: AbortSignal): Promise<void> {
    return this.#save(signal)
  }

  suspend(guest: VcmpGuest, signal: AbortSignal): Promise<void> {
    return this.#run(guest, 'provisioned', 'suspend the guest', signal)
  }

  resume(guest: VcmpGuest, signal: AbortSignal): Promise<void> {
    return this.#run(guest, 'deployed', 'resume the guest', signal)
  }

  async remove({ key, virtualDisk }: VcmpGuest, signal: AbortSignal): Promise<void> {
    await this.#client.remove(key, signal)
    await this.#removeUnused(virtualDisk, signal)
    await this.#save(signal)
  }

  async removeLeftovers(key: string, signal: AbortSignal): Promise<void> {
    await this.#removeUnused(diskOf(key), signal)
    await this.#save(signal)
  }

  get #markField(): VcmpSettings['markField'] {
    return this.#appliance.settings.markField
  }

  /** Every guest, without a word of what it does. */
  async #configured(signal: AbortSignal): Promise<readonly VcmpGuest[]> {
    const configs = await this.#client.guests(signal)
    return configs.flatMap((config) => guestOf(config, [], this.#markField) ?? [])
  }

  async #steady(signal: AbortSignal, look: () => Promise<readonly VcmpGuest[]>): Promise<readonly VcmpGuest[]> {
    let guests = await look()
    for (let looks = 1; looks < MOST_LOOKS && guests.some(({ isUnsure }) => isUnsure); looks += 1) {
      await this.#clock.sleep(LOOK_MS, signal)
      guests = await look()
    }
    return guests
  }

  async #demandImage({ image = '' }: GuestOrder, signal: AbortSignal): Promise<void> {
    if ((await this.#client.imageNames(signal)).includes(image)) return
    throw missing('not-found', 'no-image', 'BIG-IP has no such image; it is imported on the vCMP host itself')
  }

  async #vlanNames({ vlans }: GuestOrder, signal: AbortSignal): Promise<readonly string[]> {
    if (vlans.length === 0) return []
    const known = await this.#client.vlans(signal)
    const absent = vlans.filter((vlan) => !known.has(vlan))
    if (absent.length === 0) return vlans.flatMap((vlan) => known.get(vlan) ?? [])
    const message = `BIG-IP has no VLAN ${absent.join(', ')}; VLANs are made on the vCMP host itself`
    throw missing('failed-precondition', 'no-vlan', message)
  }

  /** Without addresses in the inventory a guest has none. */
  #atFreeAddress<T>(
    guests: readonly VcmpGuest[],
    name: string,
    signal: AbortSignal,
    attempt: (address: string | undefined) => Promise<T>,
  ): Promise<T> {
    const { management } = this.#appliance
    if (management === undefined) return attempt(undefined)
    return pick(
      {
        candidates: management.addresses,
        taken: new Set(guests.flatMap(({ addresses }) => addresses.map(({ ip }) => ip))),
        name,
        isTaken: (thrown) => AmphoraComputeError.from(thrown).reason === 'bigip-vcmp/address-taken',
        clock: this.#clock,
        signal,
        what: 'a management address for the guest',
        reason: 'bigip-vcmp/no-address',
      },
      attempt,
    )
  }

  /** A guest that does not say whose it is would never be found again: it is taken away at once. */
  async #demandMark(made: unknown, { name, mark }: GuestOrder, signal: AbortSignal): Promise<void> {
    if (guestOf(made, [], this.#markField)?.mark === mark) return
    await this.#client.remove(name, signal).catch(doubt)
    await this.#removeUnused(diskOf(name), signal).catch(doubt)
    const message = `BIG-IP does not keep the ${this.#markField} of a guest; set markField in the settings of the appliance`
    throw missing('failed-precondition', 'no-mark', message)
  }

  /**
   * Two controllers may have taken the same management address at the same time, and no source says that the host refuses
   * that. Whoever sees it moves on.
   */
  async #settleAddress(name: string, signal: AbortSignal): Promise<void> {
    const { management } = this.#appliance
    if (management === undefined) return
    for (let move = 0; move < MOST_MOVES; move += 1) {
      const guests = await this.#configured(signal)
      const ip = guests.find((guest) => guest.name === name)?.addresses[0]?.ip
      const others = guests.filter((guest) => guest.name !== name)
      if (!others.some(({ addresses }) => addresses.some((other) => other.ip === ip))) return
      const step = 'give the guest another management address'
      await this.#atFreeAddress(guests, name, signal, (address = '') =>
        this.#client.change(name, { managementIp: managementIp(address, management) }, step, signal),
      )
      await this.#clock.sleep(LOOK_MS * Math.random(), signal)
    }
  }

  async #run({ key }: VcmpGuest, state: GuestState, step: string, signal: AbortSignal): Promise<void> {
    if (!(await this.#client.change(key, { state }, step, signal))) {
      throw new InstanceNotFoundError('it was removed meanwhile')
    }
    await this.#save(signal)
  }

  /**
   * Unless it belongs to a guest, which may have come meanwhile. A disk is in use until the virtual machine is down.
   */
  async #removeUnused(disk: string, signal: AbortSignal): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      if ((await this.#configured(signal)).some(({ virtualDisk }) => virtualDisk === disk)) return
      try {
        return await this.#removeDisks(disk, signal)
      } catch (thrown) {
        if (AmphoraComputeError.from(thrown).reason !== 'bigip-vcmp/disk-in-use' || turn === MOST_DISK_TRIES)
          throw thrown
        await this.#clock.sleep(DISK_MS * 2 ** (turn - 1), signal)
      }
    }
  }

  /** On every slot. */
  async #removeDisks(disk: string, signal: AbortSignal): Promise<void> {
    const names = (await this.#client.diskNames(signal)).filter((name) => name === disk || name.startsWith(`${disk}/`))
    for (const name of names) await this.#client.removeDisk(name, signal)
  }

  async #save(signal: AbortSignal): Promise<void> {
    const end = await this.#turns.take(signal)
    try {
      await this.#client.save(signal)
    } finally {
      end()
    }
  }
}

function doubt(thrown: unknown): never {
  throw inDoubt(thrown)
}
