import { AmphoraComputeError, InstanceNotFoundError, type Clock } from '@amphora/core'
import { inDoubt } from '../../errors.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Capacity, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import { SnmpRefusal } from '../../snmp/failures.ts'
import type { SnmpSet } from '../../snmp/snmp-client.ts'
import { Turns } from '../../turns.ts'
import type { AlteonClient } from './client.ts'
import type { AlteonGuest } from './decode.ts'
import { candidate, incarnationOf, nameOf, nativeName, rowOf } from './encode.ts'
import { nameTaken, OVERTAKEN, overtaken, refusedApply } from './errors.ts'
import { DISABLED, ENABLED, REMOVE } from './wire.ts'

/** How often a change is made again that another controller has undone. */
const MOST_TRIES = 5
/** How long what a failed change has written may take to be dropped, milliseconds. */
const DROPPING_MS = 2_000
const LONGEST_PAUSE_MS = 100

/**
 * One ADC-VX. A vADC is a row of its tables, under an index that we choose. Its candidate configuration belongs to all who
 * change something: changes of this process take turns, and each looks afterwards whether it is what now holds.
 */
export class AlteonAppliance implements Appliance<AlteonGuest> {
  readonly #client: AlteonClient
  readonly #clock: Clock
  readonly #turns = new Turns()

  constructor(client: AlteonClient, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  /** That it knows how many vADCs it can have tells what it is. */
  async identify(signal: AbortSignal): Promise<Identity> {
    await this.#client.room(signal)
    return { warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly AlteonGuest[]> {
    const names = await this.#client.names(signal)
    const own = [...names].filter(([, native]) => nameOf(native) === name)
    const guests = await Promise.all(own.map(([index]) => this.read(String(index), signal)))
    return guests.filter((guest) => guest !== undefined)
  }

  read(key: string, signal: AbortSignal): Promise<AlteonGuest | undefined> {
    return isIndex(key) ? this.#client.vadc(key, signal) : Promise.resolve(undefined)
  }

  list(signal: AbortSignal): Promise<readonly AlteonGuest[]> {
    return this.#client.vadcs(signal)
  }

  async capacity(signal: AbortSignal): Promise<Capacity> {
    const { maxId, units = Number.POSITIVE_INFINITY, throughputMbps } = await this.#client.room(signal)
    const { size } = await this.#client.names(signal)
    // A vADC takes one unit at least.
    return {
      guests: units < 1 ? 0 : maxId - size,
      free: { units, ...(throughputMbps === undefined ? {} : { throughputMbps }) },
    }
  }

  create(order: GuestOrder, signal: AbortSignal): Promise<Created> {
    return this.#inTurn(signal, async (written) => {
      for (let turn = 1; ; turn += 1) {
        try {
          return await this.#createAtFreeIndex(order, written, signal)
        } catch (thrown) {
          const isOver = turn === MOST_TRIES || !(await this.#isWorthAnotherTry(thrown, order, signal))
          if (isOver) throw thrown
          await this.#clock.sleep(Math.random() * LONGEST_PAUSE_MS * turn, signal)
        }
      }
    })
  }

  /** What is not saved is gone when the box is started again. */
  async finish(_key: string, _order: GuestOrder, signal: AbortSignal): Promise<void> {
    await this.#client.save(signal)
  }

  suspend(guest: AlteonGuest, signal: AbortSignal): Promise<void> {
    return this.#setState(guest, DISABLED, 'suspend the vADC', signal)
  }

  resume(guest: AlteonGuest, signal: AbortSignal): Promise<void> {
    return this.#setState(guest, ENABLED, 'resume the vADC', signal)
  }

  async remove({ key, native }: AlteonGuest, signal: AbortSignal): Promise<void> {
    const values = [{ oid: candidate('remove', key), integer: REMOVE }]
    const isGone = async (): Promise<boolean> => (await this.#client.nameAt(key, signal))[0] !== native
    await this.#inTurn(signal, async (written) => {
      if (await isGone()) return
      try {
        await this.#change(values, 'delete the vADC', isGone, written, signal)
      } catch (thrown) {
        if (!(thrown instanceof SnmpRefusal) || !NOT_THERE.has(thrown.status)) throw thrown
      }
    })
    await this.#client.save(signal)
  }

  /** The vADC is gone, and may come back when the box is started again. */
  async removeLeftovers(_key: string, signal: AbortSignal): Promise<void> {
    await this.#client.save(signal)
  }

  async #createAtFreeIndex(order: GuestOrder, written: Written, signal: AbortSignal): Promise<Created> {
    const { name } = order
    const isOurs = (native: string): boolean => nameOf(native) === name
    const current = await this.#client.names(signal)
    if ([...current.values()].some(isOurs)) throw nameTaken()
    const wanted = await this.#client.candidates(signal)
    // What an interrupted build has left would be applied along with whatever comes next.
    const isLeft = [...wanted].some(([index, native]) => isOurs(native) && !current.has(index))
    if (isLeft) await this.#client.revert(signal)
    const { maxId } = await this.#client.room(signal)
    return pick(
      {
        candidates: Array.from({ length: maxId }, (_, at) => at + 1),
        taken: new Set([...current.keys(), ...(isLeft ? [] : wanted.keys())]),
        name,
        isTaken: (thrown) => AmphoraComputeError.from(thrown).reason === OVERTAKEN,
        clock: this.#clock,
        signal,
        what: 'an index for the vADC',
        reason: 'alteon-vx/no-room',
      },
      (index) => this.#createAt(index, order, written, signal),
    )
  }

  async #createAt(index: number, order: GuestOrder, written: Written, signal: AbortSignal): Promise<Created> {
    const native = nativeName(order)
    const step = 'create the vADC'
    // Whoever was overtaken looks for the name again: it may be the same order that was faster.
    const [before] = await this.#client.nameAt(index, signal)
    if (before !== '') throw nameOf(before) === order.name ? nameTaken() : overtaken()
    for (const values of rowOf(order, index)) await this.#write(values, step, written, signal)
    const [current, wanted] = await this.#client.nameAt(index, signal)
    if (current !== '' && current !== native) {
      await this.#drop(written, signal)
      throw nameOf(current) === order.name ? nameTaken() : overtaken()
    }
    if (wanted !== native) {
      // What was written is written over; what stands there now is not ours to drop.
      written.isPending = false
      throw nameOf(wanted) === order.name ? nameTaken() : overtaken()
    }
    await this.#apply(step, written, signal)
    const [is] = await this.#client.nameAt(index, signal)
    if (is !== native) throw nameOf(is) === order.name ? nameTaken() : overtaken()
    return { key: String(index), incarnation: incarnationOf(native), isUnfinished: true }
  }

  /** Where several wanted the last room, what they had written may have kept all of them out. */
  async #isWorthAnotherTry(thrown: unknown, { size }: GuestOrder, signal: AbortSignal): Promise<boolean> {
    const { reason } = AmphoraComputeError.from(thrown)
    if (reason !== NO_ROOM) return false
    const { units = 0, throughputMbps = Number.POSITIVE_INFINITY } = await this.#client.room(signal)
    return units >= (size.units ?? 1) && throughputMbps >= (size.throughputMbps ?? 0)
  }

  async #setState({ key, native }: AlteonGuest, state: number, step: string, signal: AbortSignal): Promise<void> {
    const isSo = async (): Promise<boolean> => {
      const guest = await this.#client.vadc(key, signal)
      if (guest?.native !== native) throw new InstanceNotFoundError('it was removed meanwhile')
      return guest.status.raw.startsWith(state === ENABLED ? 'enabled/' : 'disabled/')
    }
    await this.#inTurn(signal, async (written) => {
      if (!(await isSo()))
        await this.#change([{ oid: candidate('state', key), integer: state }], step, isSo, written, signal)
    })
    await this.#client.save(signal)
  }

  /** Until it holds: another controller may have dropped what was written before it was applied. */
  async #change(
    values: readonly SnmpSet[],
    step: string,
    holds: () => Promise<boolean>,
    written: Written,
    signal: AbortSignal,
  ): Promise<void> {
    for (let turn = 1; turn <= MOST_TRIES; turn += 1) {
      await this.#write(values, step, written, signal)
      await this.#apply(step, written, signal)
      if (await holds()) return
      await this.#clock.sleep(Math.random() * LONGEST_PAUSE_MS * turn, signal)
    }
    throw overtaken()
  }

  async #write(values: readonly SnmpSet[], step: string, written: Written, signal: AbortSignal): Promise<void> {
    written.isPending = true
    await this.#client.set(values, step, signal)
  }

  async #apply(step: string, written: Written, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.apply(step, signal)
      written.isPending = false
    } catch (thrown) {
      // Nobody knows whether it holds: that is for the next look to tell, and nothing is to be dropped.
      if (!(thrown instanceof SnmpRefusal) || thrown.verdict !== 'refused') {
        written.isPending = false
        throw inDoubt(thrown)
      }
      const said = await this.#client.lastError(signal)
      await this.#drop(written, signal)
      throw refusedApply(said)
    }
  }

  async #drop(written: Written, signal: AbortSignal): Promise<void> {
    await this.#client.revert(signal)
    written.isPending = false
  }

  /** What was written and not applied is dropped before the next change begins, also where nobody waits any more. */
  async #inTurn<T>(signal: AbortSignal, act: (written: Written) => Promise<T>): Promise<T> {
    const end = await this.#turns.take(signal)
    const written: Written = { isPending: false }
    try {
      const result = await act(written)
      end()
      return result
    } catch (thrown) {
      const dropping = written.isPending ? this.#dropQuietly() : Promise.resolve(true)
      void dropping.then(end)
      if (signal.aborted || (await dropping)) throw thrown
      throw inDoubt(thrown)
    }
  }

  /** Whether it is dropped. */
  async #dropQuietly(): Promise<boolean> {
    const stop = new AbortController()
    const cancel = this.#clock.alarm(DROPPING_MS, () =>
      stop.abort(new AmphoraComputeError('too slow', { code: 'cancelled' })),
    )
    const isDropped = await this.#client.revert(stop.signal).then(
      () => true,
      () => false,
    )
    cancel()
    return isDropped
  }
}

/** What this change has written into the candidate configuration and not yet applied. */
interface Written {
  isPending: boolean
}

const NO_ROOM = 'alteon-vx/no-room'
/** How an agent refuses to delete a row that is not there. */
const NOT_THERE: ReadonlySet<string> = new Set(['noCreation', 'inconsistentName', 'noSuchName'])

function isIndex(key: string): boolean {
  return /^[1-9]\d{0,3}$/.test(key)
}
