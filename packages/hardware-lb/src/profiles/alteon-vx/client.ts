import { ApplianceError } from '../../errors.ts'
import type { SnmpValue } from '../../snmp/guest-table.ts'
import { SYS_UP_TIME } from '../../snmp/objects.ts'
import type { SnmpClient, SnmpRow, SnmpSet } from '../../snmp/snmp-client.ts'
import { guestOf, textIn, Unreadable, type AlteonGuest } from './decode.ts'
import { candidate } from './encode.ts'
import { incoherent, unreadable } from './errors.ts'
import {
  APPLY,
  CANDIDATE,
  CANDIDATE_COLUMNS,
  CURRENT,
  CURRENT_COLUMNS,
  DO_IT,
  FREE_THROUGHPUT,
  FREE_UNITS,
  INFO,
  INFO_STATUS,
  LAST_ERROR,
  MAX_ID,
  REVERT,
  SAVE,
  SAVE_NEEDED,
  SAVE_PENDING,
  SYSTEM,
  SYSTEM_ADDRESS,
} from './wire.ts'

/** What the box has room for. */
export interface AlteonRoom {
  readonly maxId: number
  readonly units: number | undefined
  readonly throughputMbps: number | undefined
}

/** One method for each thing that is asked of the agent. */
export class AlteonClient {
  readonly #snmp: SnmpClient
  readonly #applyTimeoutMs: number

  constructor(snmp: SnmpClient, applyTimeoutMs: number) {
    this.#snmp = snmp
    this.#applyTimeoutMs = applyTimeoutMs
  }

  /** Two reads: a vADC is only taken for absent where both say so, and the agent was not restarted in between. */
  async vadc(index: string, signal: AbortSignal): Promise<AlteonGuest | undefined> {
    const request = { step: 'describe the vADC', signal }
    const { name, units, limit, state, vlans, image } = CURRENT_COLUMNS
    const columns = [name, units, limit, state, vlans, image]
    const config = await this.#snmp.get([SYS_UP_TIME, ...columns.map((one) => `${CURRENT}.${one}.${index}`)], request)
    const live = await this.#snmp.get(
      [
        SYS_UP_TIME,
        `${CURRENT}.${name}.${index}`,
        `${INFO}.${INFO_STATUS}.${index}`,
        `${SYSTEM}.${SYSTEM_ADDRESS}.${index}`,
        SAVE_PENDING,
      ],
      request,
    )
    const [before, first] = config
    const [after, again, status, address, save] = live
    demandNoRestart(before, after, request.step)
    if (isOther(first, again)) throw incoherent(request.step)
    const row = {
      name: first,
      units: config[2],
      limit: config[3],
      state: config[4],
      vlans: config[5],
      image: config[6],
    }
    return readably(request.step, () => guestOf(index, { ...row, status, address }, save === SAVE_NEEDED))
  }

  /** All of them: the table of names is read twice, for the same reason. */
  async vadcs(signal: AbortSignal): Promise<readonly AlteonGuest[]> {
    const request = { step: 'list the vADCs', signal }
    const [before, maxId, save] = await this.#snmp.get([SYS_UP_TIME, MAX_ID, SAVE_PENDING], request)
    if (typeof maxId !== 'number') throw unreadable(request.step)
    const config = await this.#snmp.table(CURRENT, Object.values(CURRENT_COLUMNS), request)
    const info = await this.#snmp.table(INFO, [INFO_STATUS], request)
    const system = await this.#snmp.table(SYSTEM, [SYSTEM_ADDRESS], request)
    const names = await this.#snmp.table(CURRENT, [CURRENT_COLUMNS.name], request)
    const [after] = await this.#snmp.get([SYS_UP_TIME], request)
    demandNoRestart(before, after, request.step)
    if (!isSameTable(config, names)) throw incoherent(request.step)
    return [...config].flatMap(([index, row]) => {
      const { name, units, limit, state, vlans, image } = CURRENT_COLUMNS
      const told = {
        name: row.get(name),
        units: row.get(units),
        limit: row.get(limit),
        state: row.get(state),
        vlans: row.get(vlans),
        image: row.get(image),
        status: info.get(index)?.get(INFO_STATUS),
        address: system.get(index)?.get(SYSTEM_ADDRESS),
      }
      return readably(request.step, () => guestOf(index, told, save === SAVE_NEEDED)) ?? []
    })
  }

  /** The whole names of all vADCs by their indexes, read twice. */
  async names(signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    const request = { step: 'look for the vADC', signal }
    const [before, maxId] = await this.#snmp.get([SYS_UP_TIME, MAX_ID], request)
    if (typeof maxId !== 'number') throw unreadable(request.step)
    const first = await this.#snmp.table(CURRENT, [CURRENT_COLUMNS.name], request)
    const second = await this.#snmp.table(CURRENT, [CURRENT_COLUMNS.name], request)
    const [after] = await this.#snmp.get([SYS_UP_TIME], request)
    demandNoRestart(before, after, request.step)
    if (!isSameTable(first, second)) throw incoherent(request.step)
    return namesIn(first, CURRENT_COLUMNS.name, request.step)
  }

  /** The names in the candidate configuration. */
  async candidates(signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    const step = 'look at what is to be applied'
    const rows = await this.#snmp.table(CANDIDATE, [CANDIDATE_COLUMNS.name], { step, signal })
    return namesIn(rows, CANDIDATE_COLUMNS.name, step)
  }

  /** What a vADC is called, and what it is to be called; an empty text where there is none. */
  async nameAt(index: number | string, signal: AbortSignal): Promise<readonly [string, string]> {
    const step = 'look at the vADC'
    const oids = [`${CURRENT}.${CURRENT_COLUMNS.name}.${index}`, candidate('name', index)]
    const [current, wanted] = await this.#snmp.get(oids, { step, signal })
    return readably(step, () => [optionalText(current), optionalText(wanted)])
  }

  async room(signal: AbortSignal): Promise<AlteonRoom> {
    const step = 'tell what room there is'
    const [maxId, units, throughput] = await this.#snmp.get([MAX_ID, FREE_UNITS, FREE_THROUGHPUT], { step, signal })
    if (typeof maxId !== 'number') throw unreadable(step)
    return {
      maxId,
      units: typeof units === 'number' ? units : undefined,
      throughputMbps: typeof throughput === 'number' ? throughput : undefined,
    }
  }

  set(values: readonly SnmpSet[], step: string, signal: AbortSignal): Promise<void> {
    return this.#snmp.set(values, { step, signal })
  }

  apply(step: string, signal: AbortSignal): Promise<void> {
    return this.#long(APPLY, step, signal)
  }

  revert(signal: AbortSignal): Promise<void> {
    return this.#long(REVERT, 'drop what was not applied', signal)
  }

  /** Where it is owed: what is not saved is gone when the box is started again. */
  async save(signal: AbortSignal): Promise<void> {
    const step = 'save its configuration'
    const [pending] = await this.#snmp.get([SAVE_PENDING], { step, signal })
    if (pending === SAVE_NEEDED) await this.#long(SAVE, step, signal)
  }

  /** Why the last change was refused, in the box's words. */
  async lastError(signal: AbortSignal): Promise<string> {
    const [text] = await this.#snmp.get([LAST_ERROR], { step: 'say why it refused', signal })
    return text === undefined ? '' : readably('say why it refused', () => textIn(text, 256))
  }

  #long(oid: string, step: string, signal: AbortSignal): Promise<void> {
    return this.#snmp.set([{ oid, integer: DO_IT }], { step, signal, timeoutMs: this.#applyTimeoutMs })
  }
}

function namesIn(rows: ReadonlyMap<string, SnmpRow>, column: number, step: string): ReadonlyMap<number, string> {
  const named = [...rows].map(
    ([index, row]) => [Number(index), readably(step, () => optionalText(row.get(column)))] as const,
  )
  return new Map(named.filter(([, name]) => name !== ''))
}

function optionalText(value: SnmpValue): string {
  return value === undefined ? '' : textIn(value, 31)
}

function readably<T>(step: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw thrown instanceof Unreadable ? unreadable(step) : thrown
  }
}

function demandNoRestart(before: SnmpValue, after: SnmpValue, step: string): void {
  if (typeof before !== 'number' || typeof after !== 'number') throw unreadable(step)
  if (after >= before) return
  throw new ApplianceError(`Alteon was asked to ${step}, and was restarted meanwhile`, {
    verdict: 'unsent',
    code: 'unavailable',
    reason: 'alteon-vx/restarted',
  })
}

function isSameTable(one: ReadonlyMap<string, SnmpRow>, other: ReadonlyMap<string, SnmpRow>): boolean {
  const { name } = CURRENT_COLUMNS
  return (
    one.size === other.size && [...one].every(([index, row]) => !isOther(row.get(name), other.get(index)?.get(name)))
  )
}

function isOther(one: SnmpValue, other: SnmpValue): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) !== 0
  return one !== other
}
