import { ApplianceError } from '../errors.ts'
import { isProtected, type SnmpAccess } from './access.ts'
import { isOutOfTime, snmpFailure } from './failures.ts'
import type { SnmpValue } from './guest-table.ts'
import { loadLibrary, type SnmpLibrary } from './library.ts'
import { SnmpSession } from './session.ts'
import { sweep, UnreadableTable, VALUES_A_DATAGRAM } from './sweep.ts'
import { isMissing, valueOf, varbindOf, type SnmpSet } from './value.ts'

export type { SnmpSet } from './value.ts'

/** Whom a question is for, and how long it may take. */
export interface SnmpRequest {
  /** What is asked, for messages: `describe the guest`. */
  readonly step: string
  readonly signal: AbortSignal
}

/** A row of a table, by the numbers of its columns; a column that it lacks is missing. */
export type SnmpRow = ReadonlyMap<number, SnmpValue>

/**
 * The SNMP agent of one appliance: one session, which is opened when it is first needed and again when the agent has
 * forgotten how often it was started. An agent that does not answer is `unavailable`: that says nothing of what it holds.
 */
export class SnmpClient {
  readonly #access: SnmpAccess
  readonly #title: string
  #opened: Promise<Opened> | undefined
  #session: SnmpSession | undefined
  #isClosed = false

  constructor({ access, title }: { readonly access: SnmpAccess; readonly title: string }) {
    this.#access = access
    this.#title = title
  }

  /** In the order of the objects; `undefined` for those that the agent does not have. One datagram for each 40. */
  async get(oids: readonly string[], request: SnmpRequest): Promise<readonly SnmpValue[]> {
    const values: SnmpValue[] = []
    for (let at = 0; at < oids.length; at += VALUES_A_DATAGRAM) {
      const some = oids.slice(at, at + VALUES_A_DATAGRAM)
      const { told, library } = await this.#ask(request, async ({ session, library }) => ({
        told: await session.get(some, request.signal),
        library,
      }))
      values.push(...told.map((varbind) => valueOf(varbind, library)))
    }
    return values
  }

  /** Every row, by its index. That a row is missing is no proof: an agent that was just started may not have it yet. */
  async table(entry: string, columns: readonly number[], request: SnmpRequest): Promise<ReadonlyMap<string, SnmpRow>> {
    try {
      return await sweep(entry, columns, (oids, most) =>
        this.#ask(request, async ({ session, library }) =>
          (await session.getBulk(oids, most, request.signal)).map((list) =>
            list.map((varbind) => ({ oid: varbind.oid, value: valueOf(varbind, library) })),
          ),
        ),
      )
    } catch (thrown) {
      if (thrown instanceof UnreadableTable) throw this.#unreadable(request.step, thrown.message)
      throw thrown
    }
  }

  /**
   * All of it or nothing of it, in one datagram that is sent once. `timeoutMs`: where the agent may work on it for longer
   * than it takes to answer a question.
   *
   * @throws {SnmpRefusal} where the agent refuses it.
   */
  async set(
    values: readonly SnmpSet[],
    { step, signal, timeoutMs }: SnmpRequest & { readonly timeoutMs?: number },
  ): Promise<void> {
    if (!isProtected(this.#access.credentials)) {
      throw new ApplianceError(`to ${step} takes an SNMP user with an authentication key; the inventory has none`, {
        verdict: 'unsent',
        code: 'failed-precondition',
        reason: 'hardware/snmp-read-only',
      })
    }
    const { session, library } = await this.#open(step)
    let missing: boolean
    try {
      const told = await session.set(
        values.map((one) => varbindOf(one, library)),
        signal,
        timeoutMs,
      )
      missing = told.some((varbind) => isMissing(varbind, library))
    } catch (thrown) {
      if (isOutOfTime(thrown)) this.#forget(session)
      throw this.#failure(thrown, step, true, session)
    }
    if (missing) throw this.#unreadable(step, 'it takes a value for something that it does not have', 'unsure')
  }

  /** Ends the session; what waits in it rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    const opened = await this.#opened?.catch(() => undefined)
    opened?.session.close()
  }

  /** Once more where the agent's clock has jumped: a session with its old clock would fail for ever. */
  async #ask<T>({ step }: SnmpRequest, act: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = await this.#open(step)
    try {
      return await act(opened)
    } catch (thrown) {
      if (!isOutOfTime(thrown)) throw this.#failure(thrown, step, false, opened.session)
      this.#forget(opened.session)
    }
    const again = await this.#open(step)
    try {
      return await act(again)
    } catch (thrown) {
      throw this.#failure(thrown, step, false, again.session)
    }
  }

  async #open(step: string): Promise<Opened> {
    if (this.#isClosed) {
      throw new ApplianceError('closing', { verdict: 'unsent', code: 'cancelled' })
    }
    const opening = (this.#opened ??= this.#openAnew())
    try {
      return await opening
    } catch (thrown) {
      if (this.#opened === opening) this.#opened = undefined
      throw this.#failure(thrown, step, false)
    }
  }

  async #openAnew(): Promise<Opened> {
    const library = await loadLibrary()
    const session = await SnmpSession.open(library, this.#access)
    if (this.#isClosed) session.close()
    this.#session = session
    return { library, session }
  }

  /** Whoever says so of a session that has been replaced meanwhile changes nothing. */
  #forget(session: SnmpSession): void {
    if (this.#session !== session) return
    this.#session = undefined
    this.#opened = undefined
    session.retire()
  }

  /** A key that is refused may have been changed: the next question reads it anew. */
  #failure(thrown: unknown, step: string, isSet: boolean, session?: SnmpSession): Error {
    const { version } = this.#access.credentials
    const failure = snmpFailure(thrown, { step, title: this.#title, version, isSet })
    if (session !== undefined && failure.code === 'unauthenticated') this.#forget(session)
    return failure
  }

  #unreadable(step: string, why: string, verdict: 'unsent' | 'unsure' = 'unsent'): ApplianceError {
    return new ApplianceError(`${this.#title} was asked over SNMP to ${step}, and ${why}`, {
      verdict,
      code: 'internal',
      reason: 'hardware/snmp-unreadable',
    })
  }
}

interface Opened {
  readonly library: SnmpLibrary
  readonly session: SnmpSession
}
