import { AmphoraComputeError, type Clock, type Logger } from '@amphora/core'
import type { GuestTable, SnmpValue, TableGuest } from './guest-table.ts'
import type { SnmpClient, SnmpRow } from './snmp-client.ts'

/** An agent that did not answer is left alone for so long, milliseconds: the box has another interface. */
const SILENT_MS = 30_000

export interface GlanceOptions {
  readonly snmp: SnmpClient
  readonly table: GuestTable
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * What a box's table tells of its guests: a cheap look, which is never the last word. Whatever it does not tell, be it
 * that the agent is silent, has no such row or none that can be read, is to be asked of the box itself.
 */
export class Glance {
  readonly #options: GlanceOptions
  readonly #columns: readonly (readonly [string, number])[]
  #silentUntil = Number.NEGATIVE_INFINITY

  constructor(options: GlanceOptions) {
    this.#options = options
    this.#columns = Object.entries(options.table.columns)
  }

  /** By one datagram. `undefined` where the table is not ordered by keys, too. */
  async guest(key: string, signal: AbortSignal): Promise<TableGuest | undefined> {
    const { snmp, table } = this.#options
    const index = table.indexOf?.(key)
    if (index === undefined) return undefined
    const values = await this.#unlessSilent(signal, () =>
      snmp.get(
        this.#columns.map(([, column]) => `${table.entry}.${column}.${index}`),
        { step: 'describe the guest', signal },
      ),
    )
    if (values === undefined || values.every((value) => value === undefined)) return undefined
    return this.#read((at) => values[at], index)
  }

  /** Every row as one text: two that are equal mean that nothing has changed. */
  async picture(signal: AbortSignal): Promise<string | undefined> {
    const { snmp, table } = this.#options
    const columns = this.#columns.map(([, column]) => column)
    const rows = await this.#unlessSilent(signal, () =>
      snmp.table(table.entry, columns, { step: 'list the guests', signal }),
    )
    return rows && JSON.stringify([...rows].sort(byIndex).map(([index, row]) => this.#shown(index, row)))
  }

  #shown(index: string, row: SnmpRow): unknown {
    const guest = this.#read((at) => row.get(this.#columns[at]?.[1] ?? 0), index)
    return [index, guest?.name, guest?.mark, guest?.incarnation, guest?.status]
  }

  #read(valueAt: (at: number) => SnmpValue, index: string): TableGuest | undefined {
    return this.#options.table.read(Object.fromEntries(this.#columns.map(([name], at) => [name, valueAt(at)])), index)
  }

  async #unlessSilent<T>(signal: AbortSignal, look: () => Promise<T>): Promise<T | undefined> {
    const { clock, logger } = this.#options
    if (clock.monotonic() < this.#silentUntil) return undefined
    try {
      return await look()
    } catch (thrown) {
      if (signal.aborted) throw thrown
      const { code, reason } = AmphoraComputeError.from(thrown, 'internal')
      logger.warn({ code, reason }, 'its SNMP agent cannot be read; the box is asked otherwise')
      this.#silentUntil = clock.monotonic() + SILENT_MS
      return undefined
    }
  }
}

function byIndex([a]: readonly [string, SnmpRow], [b]: readonly [string, SnmpRow]): number {
  return a < b ? -1 : 1
}
