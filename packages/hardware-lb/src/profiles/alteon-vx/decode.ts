import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import type { Guest, GuestOrder } from '../../profile/guest.ts'
import type { SnmpValue } from '../../snmp/guest-table.ts'
import { snmpText } from '../../snmp/value.ts'
import { incarnationOf, nameOf } from './encode.ts'
import { DISABLED, ENABLED, INFO_WORDS } from './wire.ts'

/** A vADC as the box has it. */
export interface AlteonGuest extends Guest {
  /** Its name, whole. */
  readonly native: string
  readonly units: number | undefined
  readonly limit: number | undefined
  readonly vlans: readonly number[]
}

/** What the tables say of one vADC. */
export interface AlteonRow {
  readonly name: SnmpValue
  readonly units?: SnmpValue
  readonly limit?: SnmpValue
  readonly state?: SnmpValue
  readonly vlans?: SnmpValue
  readonly image?: SnmpValue
  readonly status?: SnmpValue
  readonly address?: SnmpValue
}

/** A name has 31 characters at most; what is longer, or no text, is no row of this table. */
const LONGEST_NAME = 31

/** `undefined` where there is no vADC: rows of the candidate are there before they have a name. */
export function guestOf(index: string, row: AlteonRow, isUnsaved: boolean): AlteonGuest | undefined {
  if (row.name === undefined) return undefined
  const native = textIn(row.name, LONGEST_NAME)
  if (native === '') return undefined
  return {
    key: index,
    name: nameOf(native),
    native,
    incarnation: incarnationOf(native),
    status: statusOf(row.state, row.status),
    addresses: addressesOf(row.address),
    units: numberIn(row.units),
    limit: numberIn(row.limit),
    vlans: vlansOf(row.vlans),
    ...(row.image === undefined ? {} : imageOf(textIn(row.image, 128))),
    isUnfinished: isUnsaved,
  }
}

/** What is configured, and what it does. */
export function statusOf(state: SnmpValue, info: SnmpValue): ReportedStatus {
  const wanted = state === ENABLED ? 'enabled' : state === DISABLED ? 'disabled' : 'unknown'
  const is = typeof info === 'number' ? (INFO_WORDS[info] ?? `status ${info}`) : 'untold'
  const raw = `${wanted}/${is}`
  if (wanted === 'disabled') {
    if (is === 'disabled') return { state: 'suspended', raw }
    return { state: ON_ITS_WAY_DOWN.has(is) ? 'suspending' : 'unknown', raw }
  }
  if (wanted !== 'enabled') return { state: 'unknown', raw }
  if (is === 'running') return { state: 'active', raw }
  if (['init', 'restarting', 'querying'].includes(is)) return { state: 'building', raw }
  if (is === 'down') return { state: 'error', raw, fault: 'it is down', reason: 'alteon-vx/down' }
  return { state: 'unknown', raw }
}

const ON_ITS_WAY_DOWN: ReadonlySet<string> = new Set(INFO_WORDS.filter((word) => word !== 'disabled'))

/** Whether the vADC is what the order asks for, as far as the order says. */
export function isSameOrder(guest: AlteonGuest, { size, image, vlans }: GuestOrder): boolean {
  const isAs = (wanted: number | undefined, found: number | undefined): boolean =>
    wanted === undefined || wanted === found
  const isOnSame = [...vlans].sort(byNumber).join() === [...guest.vlans].sort(byNumber).join()
  const isFrom = image === undefined || image === guest.image
  return isOnSame && isFrom && isAs(size.units, guest.units) && isAs(size.throughputMbps, guest.limit)
}

/** Bit n, the highest of each byte first, is VLAN n (BeanUtils.decode_bmp_sub_one of the vendor's alteon-sdk). */
export function vlansOf(bits: SnmpValue): readonly number[] {
  if (!(bits instanceof Uint8Array)) return []
  return [...bits].flatMap((byte, at) =>
    Array.from({ length: 8 }, (_, bit) => at * 8 + bit).filter((vlan) => (byte & (0x80 >> (vlan % 8))) !== 0),
  )
}

/** @throws {Unreadable} where it is no text, or longer than the MIB lets it be. */
export function textIn(value: SnmpValue, most: number): string {
  const text = snmpText(value)
  if (text === undefined || text.length > most) throw new Unreadable('a text was expected')
  return text
}

/** What an agent says that cannot be what it says. */
export class Unreadable extends Error {}

function numberIn(value: SnmpValue): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function imageOf(image: string): { readonly image?: string } {
  return image === '' ? {} : { image }
}

function addressesOf(value: SnmpValue): readonly AmphoraAddress[] {
  return typeof value === 'string' && value !== '0.0.0.0' ? [{ ip: value, family: 4 }] : []
}

function byNumber(a: number, b: number): number {
  return a - b
}
