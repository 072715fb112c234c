import { AmphoraComputeError, InstanceNotFoundError, type Clock } from '@amphora/core'
import { ApplianceError, inDoubt } from '../../errors.ts'
import type { ApplianceSettings } from '../../inventory/settings.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Capacity, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import type { F5osClient } from './client.ts'
import type { F5osGuest } from './decode.ts'
import { fullSize, tenantOf } from './encode.ts'
import { notTold } from './errors.ts'
import type { F5osSettings } from './settings.ts'
import type { RunningState } from './wire.ts'

/** How often a tenant is looked at again that does not tell yet which one it is, and the pause before. */
const MOST_LOOKS = 20
const PAUSE_MS = 250
/** Statuses of an image from which tenants can be made (terraform-provider-f5os; confidence: vendor-code). */
const USABLE: ReadonlySet<unknown> = new Set(['replicated', 'processed', 'verified'])

/** One rSeries, or one partition of a VELOS. */
export class F5osAppliance implements Appliance<F5osGuest> {
  readonly #client: F5osClient
  readonly #appliance: ApplianceSettings<F5osSettings>
  readonly #clock: Clock

  constructor(client: F5osClient, appliance: ApplianceSettings<F5osSettings>, clock: Clock) {
    this.#client = client
    this.#appliance = appliance
    this.#clock = clock
  }

  /** That it has a list of tenants tells what it is. */
  async identify(signal: AbortSignal): Promise<Identity> {
    await this.#client.tenants(signal)
    return { warnings: [] }
  }

  /** One that is being deleted has given its name up, though the name is not free yet. */
  async find(name: string, signal: AbortSignal): Promise<readonly F5osGuest[]> {
    const guest = await this.read(name, signal)
    return guest?.isConfigured === true ? [guest] : []
  }

  async read(key: string, signal: AbortSignal): Promise<F5osGuest | undefined> {
    return this.#named(await this.#client.tenant(key, signal), signal)
  }

  async list(signal: AbortSignal): Promise<readonly F5osGuest[]> {
    const guests = await this.#client.tenants(signal)
    return (await Promise.all(guests.map((guest) => this.#named(guest, signal)))).filter((guest) => guest !== undefined)
  }

  /** The box takes tenants that it has no room for, and lets them wait: full is what has one that waits. */
  async capacity(signal: AbortSignal): Promise<Capacity> {
    const { settings } = this.#appliance
    const guests = await this.#client.tenants(signal)
    if (guests.some(({ isShortOfRoom }) => isShortOfRoom)) return { guests: 0 }
    const used = guests.filter(({ takesRoom }) => takesRoom).map(({ size }) => fullSize(size, settings))
    const vcpus = left(
      settings.vcpus,
      used.map((one) => one.vcpus),
    )
    const memoryMiB = left(
      settings.memoryMiB,
      used.map((one) => one.memoryMiB),
    )
    const isFull = (vcpus ?? 1) < 1 || (memoryMiB ?? 1) < 1
    return {
      ...(isFull ? { guests: 0 } : {}),
      free: { ...(vcpus === undefined ? {} : { vcpus }), ...(memoryMiB === undefined ? {} : { memoryMiB }) },
    }
  }

  async create(order: GuestOrder, signal: AbortSignal): Promise<Created> {
    const { management, settings } = this.#appliance
    const { name } = order
    await this.#demandImage(order, signal)
    await this.#atFreeAddress(await this.#client.tenants(signal), name, signal, (address) =>
      this.#client.create(tenantOf(order, address, management ?? NOWHERE, settings), signal),
    )
    try {
      return { key: name, incarnation: await this.#settle(name, signal) }
    } catch (thrown) {
      throw inDoubt(thrown)
    }
  }

  suspend(guest: F5osGuest, signal: AbortSignal): Promise<void> {
    return this.#run(guest, 'provisioned', 'suspend the tenant', signal)
  }

  resume(guest: F5osGuest, signal: AbortSignal): Promise<void> {
    return this.#run(guest, 'deployed', 'resume the tenant', signal)
  }

  /** The box goes on with it by itself; the tenant is there until it is done. */
  async remove({ key }: F5osGuest, signal: AbortSignal): Promise<void> {
    await this.#client.remove(key, signal)
  }

  async #run({ key }: F5osGuest, state: RunningState, step: string, signal: AbortSignal): Promise<void> {
    const isThere = await this.#client.set(key, 'running-state', state, step, signal)
    if (!isThere) throw new InstanceNotFoundError('it was removed meanwhile')
  }

  async #demandImage({ image = '' }: GuestOrder, signal: AbortSignal): Promise<void> {
    const status = await this.#client.imageStatus(image, signal)
    if (USABLE.has(status)) return
    const isThere = status !== undefined && status !== 'not-present'
    const message = isThere
      ? 'F5OS has not made the image ready yet; try again later'
      : 'F5OS has no such image; it is imported on the box itself'
    throw new ApplianceError(message, {
      verdict: 'refused',
      code: isThere ? 'failed-precondition' : 'not-found',
      reason: isThere ? 'f5os/image-not-ready' : 'f5os/no-image',
    })
  }

  #atFreeAddress<T>(
    guests: readonly F5osGuest[],
    name: string,
    signal: AbortSignal,
    attempt: (address: string) => Promise<T>,
  ): Promise<T> {
    return pick(
      {
        candidates: this.#appliance.management?.addresses ?? [],
        taken: new Set(guests.flatMap(({ addresses }) => addresses.map(({ ip }) => ip))),
        name,
        isTaken: (thrown) => AmphoraComputeError.from(thrown).reason === 'f5os/address-taken',
        clock: this.#clock,
        signal,
        what: 'a management address for the tenant',
        reason: 'f5os/no-address',
      },
      attempt,
    )
  }

  /**
   * Until the new tenant tells which one it is, and has its management address for itself: two controllers may have taken
   * the same one at the same time, and no source says that the box refuses that. Whoever sees it moves on.
   */
  async #settle(name: string, signal: AbortSignal): Promise<string> {
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      const guests = await this.#client.tenants(signal)
      const own = guests.find((guest) => guest.name === name)
      if (own === undefined) throw new InstanceNotFoundError('it was removed meanwhile')
      const isShared = own.addresses.some(({ ip }) =>
        guests.some((guest) => guest !== own && guest.addresses.some((other) => other.ip === ip)),
      )
      if (!isShared && own.incarnation !== undefined) return own.incarnation
      if (isShared) {
        const step = 'give the tenant another management address'
        await this.#atFreeAddress(guests, name, signal, (address) =>
          this.#client.set(name, 'mgmt-ip', address, step, signal),
        )
      }
      await this.#clock.sleep(PAUSE_MS * Math.random(), signal)
    }
    throw notTold('create the tenant')
  }

  /** A tenant with what tells it from a later one of its name, which the box makes a moment after it. */
  async #named(guest: F5osGuest | undefined, signal: AbortSignal): Promise<F5osGuest | undefined> {
    let seen = guest
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      if (seen?.isNameless !== true) return seen
      await this.#clock.sleep(PAUSE_MS, signal)
      seen = await this.#client.tenant(seen.key, signal)
    }
    throw notTold('describe the tenant')
  }
}

/** Orders are refused before where there is no pool. */
const NOWHERE = { prefixLength: 32, gateway: '' }

function left(all: number | undefined, used: readonly number[]): number | undefined {
  return all === undefined ? undefined : Math.max(0, all - used.reduce((sum, one) => sum + one, 0))
}
