import type { Clock } from '@amphora/core'
import { Remembered } from '@amphora/openstack'
import type { WireAllocation } from './wire.ts'

/** So long may whoever reserved a node work on it, milliseconds: one attempt of a build, and a second on a cloud that is not slow. */
const LEASE_MS = 36_000
/** After so long whoever reserved it works on it no more, and nothing that was sent is still on its way, milliseconds. */
const STALE_MS = 48_000
const REMEMBERED = 10_000

interface Lease {
  readonly since: number
  atWork: boolean
  /** Whether a deployment may have been asked for without an answer. */
  isAsked: boolean
}

/**
 * Ironic has no conditional request: a deployment that is asked for too late hits a node that is somebody else's by then.
 * So a reservation is worked on by whoever made it, and only for a while; anybody else waits, and once that while is over
 * takes the reservation away and competes for the name anew. Of two builders of one name never more than one can come to
 * deploy. Ages are by Ironic's own clock, and our own work by ours; they are never compared.
 */
export class Leases {
  readonly #clock: Pick<Clock, 'monotonic' | 'now'>
  readonly #leases = new Remembered<Lease>(REMEMBERED)

  constructor(clock: Pick<Clock, 'monotonic' | 'now'>) {
    this.#clock = clock
  }

  /** Before the reservation is asked for. We are at work on it until `leave`. */
  open(uuid: string): void {
    this.#leases.set(uuid, { since: this.#clock.monotonic(), atWork: true, isAsked: false })
  }

  /** It is deployed, or there is none. */
  close(uuid: string): void {
    this.#leases.delete(uuid)
  }

  /** Goes on with it where we may: we made it, a moment ago, and are not at work on it already. */
  enter(uuid: string): boolean {
    const lease = this.#leases.get(uuid)
    if (lease === undefined || lease.atWork || !this.isIn(uuid)) return false
    lease.atWork = true
    return true
  }

  leave(uuid: string): void {
    const lease = this.#leases.get(uuid)
    if (lease !== undefined) lease.atWork = false
  }

  /** Whether the time for our work on it is not over. */
  isIn(uuid: string): boolean {
    const lease = this.#leases.get(uuid)
    return lease !== undefined && this.#clock.monotonic() - lease.since < LEASE_MS
  }

  /** A deployment is about to be asked for, or was definitely refused. */
  note(uuid: string, isAsked: boolean): void {
    const lease = this.#leases.get(uuid)
    if (lease !== undefined) lease.isAsked = isAsked
  }

  isAsked(uuid: string): boolean {
    return this.#leases.get(uuid)?.isAsked === true
  }

  /** Whether nobody can be about to deploy it. */
  mayRemove({ uuid, createdMs }: WireAllocation, dateMs: number = this.#clock.now()): boolean {
    const lease = this.#leases.get(uuid)
    if (lease !== undefined && !lease.atWork && !lease.isAsked) return true
    return createdMs !== undefined && dateMs - createdMs >= STALE_MS
  }
}
