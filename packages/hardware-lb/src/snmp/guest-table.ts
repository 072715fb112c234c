import type { ReportedStatus } from '@amphora/core'
import type { Guest } from '../profile/guest.ts'

/** A value as it came; an OCTET STRING as bytes, an OBJECT IDENTIFIER in dots. `undefined`: the row lacks the column. */
export type SnmpValue = number | bigint | string | Uint8Array | undefined

/** What a row of the box's table says of a guest. */
export type TableGuest = Pick<Guest, 'key' | 'name' | 'mark' | 'incarnation'> & { readonly status: ReportedStatus }

/**
 * The box's own table of guests over SNMP: what `status` and `watch` read where the inventory names an SNMP agent. A
 * missing row is no absence: the box is then asked by its first transport.
 */
export interface GuestTable<Column extends string = string> {
  /** The conceptual row: `1.3.6.1.4.1.12276.1.5.1.1.1.1`. */
  readonly entry: string
  /** The columns that are read, in words of the profile's own. As few as will do: a datagram holds about 40 values. */
  readonly columns: Readonly<Record<Column, number>>
  /** The index of a guest's row, where its key tells it: then one datagram answers a status. */
  readonly indexOf?: (key: string) => string
  /** What a row says; `undefined` where it does not say which guest it is. Total: a word nobody has mapped is `unknown`. */
  readonly read: (row: Readonly<Record<Column, SnmpValue>>, index: string) => TableGuest | undefined
}

/** The index of a text: its length, and its bytes (RFC 2578, 7.7). */
export function textIndex(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  return [bytes.length, ...bytes].join('.')
}
