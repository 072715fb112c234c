import { Flights, type Clock } from '@amphora/core'
import { inDoubt } from '../../errors.ts'
import type { ApplianceSettings } from '../../inventory/settings.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import type { A10Client } from './client.ts'
import { guestOf, isUnloaded, type A10Guest } from './decode.ts'
import { keyOf, partitionOf, readKey } from './encode.ts'
import { isBusy, isIdTaken, unreadable } from './errors.ts'
import type { A10Settings } from './settings.ts'
import type { KnownPartition } from './wire.ts'

/** A configuration manager that is busy is asked again after a second (acos-client, which goes on for 300; vendor-code). */
const BUSY_TRIES = 8
const BUSY_MS = 1_000
/** The last partition may go between two answers; it does not go twice. */
const LOOKS = 2

/**
 * One ACOS box. A partition is addressed by its name; its id is ours to choose and told apart by the box. Deleting takes
 * two steps, and nothing lasts that has not been saved.
 */
export class A10Appliance implements Appliance<A10Guest> {
  readonly #client: A10Client
  readonly #settings: A10Settings
  readonly #clock: Clock
  /** The table is one for all partitions: looks at the same time share it. */
  readonly #tables = new Flights<readonly KnownPartition[]>()

  constructor(client: A10Client, { settings }: ApplianceSettings<A10Settings>, clock: Clock) {
    this.#client = client
    this.#settings = settings
    this.#clock = clock
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    return { ...(await this.#client.version(signal)), warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly A10Guest[]> {
    const guest = await this.#guest(name, signal)
    return guest === undefined ? [] : [guest]
  }

  async read(key: string, signal: AbortSignal): Promise<A10Guest | undefined> {
    const parts = readKey(key)
    const guest = parts && (await this.#guest(parts.name, signal))
    return guest?.key === key ? guest : undefined
  }

  /**
   * What is unloaded has no tag, so it is nobody's; it is known by its key alone. A configuration without partitions is
   * believed only where none is loaded either.
   */
  async list(signal: AbortSignal): Promise<readonly A10Guest[]> {
    for (let turn = 1; turn <= LOOKS; turn += 1) {
      const known = await this.#client.known(signal)
      const configured = await this.#client.allConfigured(signal)
      if (configured.length > 0 || known.every(({ status }) => isUnloaded(status))) {
        return configured.map((partition) => guestOf(partition, oneOf(known, partition)))
      }
    }
    throw unreadable('list the partitions')
  }

  async create({ name, mark }: GuestOrder, signal: AbortSignal): Promise<Created> {
    const { resourceTemplate } = this.#settings
    const free = await this.#client.freeIds(signal)
    return pick<number, Created>(
      {
        candidates: free,
        taken: new Set(),
        name,
        isTaken: isIdTaken,
        clock: this.#clock,
        signal,
        what: 'a partition id',
        reason: 'a10-l3v/no-id',
      },
      async (id) => {
        const partition = partitionOf({ name, mark, resourceTemplate }, id)
        await this.#whenReady(() => this.#client.create(partition, signal), signal)
        return { key: keyOf({ name, id }), isUnfinished: true }
      },
    )
  }

  /** Saves. A box that is busy for long has the partition all the same, so nothing is rolled back for that. */
  async finish(_key: string, _order: GuestOrder, signal: AbortSignal): Promise<void> {
    try {
      await this.#whenReady(() => this.#client.save(signal), signal)
    } catch (thrown) {
      throw isBusy(thrown) ? inDoubt(thrown) : thrown
    }
  }

  async remove({ name, id, key }: A10Guest, signal: AbortSignal): Promise<void> {
    const isUnloadedNow = await this.#whenReady(() => this.#client.unload(name, signal), signal)
    if (!isUnloadedNow) return this.removeLeftovers(key, signal)
    try {
      await this.#eraseAndSave({ name, id }, signal)
    } catch (thrown) {
      throw inDoubt(thrown)
    }
  }

  /**
   * Of a deletion that was cut off, a partition of this very name and id that is unloaded, and changes that are not saved.
   * What is in the configuration is somebody's, whatever its state.
   */
  async removeLeftovers(key: string, signal: AbortSignal): Promise<void> {
    const parts = readKey(key)
    if (parts === undefined) return
    const known = oneOf(await this.#client.known(signal), parts)
    const isLeft = known !== undefined && isUnloaded(known.status)
    if (isLeft && (await this.#client.configured(parts.name, signal)) === undefined) {
      return this.#eraseAndSave(parts, signal)
    }
    await this.#whenReady(() => this.#client.save(signal), signal)
  }

  /** What seems to have failed may have been unloaded between the two answers. */
  async #guest(name: string, signal: AbortSignal): Promise<A10Guest | undefined> {
    const partition = await this.#client.configured(name, signal)
    if (partition === undefined) return undefined
    const table = await this.#tables.join('known', signal, (shared) => this.#client.known(shared))
    const known = oneOf(table, partition)
    const isSuspect = known !== undefined && isUnloaded(known.status)
    const isGone = isSuspect && (await this.#client.configured(name, signal)) === undefined
    return isGone ? undefined : guestOf(partition, known)
  }

  async #eraseAndSave(partition: Pick<KnownPartition, 'name' | 'id'>, signal: AbortSignal): Promise<void> {
    await this.#whenReady(() => this.#client.erase(partition, signal), signal)
    await this.#whenReady(() => this.#client.save(signal), signal)
  }

  async #whenReady<T>(change: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let turn = 1; ; turn += 1) {
      try {
        return await change()
      } catch (thrown) {
        if (!isBusy(thrown) || turn === BUSY_TRIES) throw thrown
        await this.#clock.sleep(BUSY_MS, signal)
      }
    }
  }
}

function oneOf(
  known: readonly KnownPartition[],
  { name, id }: Pick<KnownPartition, 'name' | 'id'>,
): KnownPartition | undefined {
  return known.find((one) => one.name === name && one.id === id)
}
