import { createHash } from 'node:crypto'
import type { GuestOrder } from '../../profile/guest.ts'
import type { SnmpSet } from '../../snmp/snmp-client.ts'
import { CANDIDATE, CANDIDATE_COLUMNS, ENABLED } from './wire.ts'

/** A vADC has no field for a text of ours but its name, so what tells it from a later one stands at the end of that. */
export function nativeName({ name, nonce }: Pick<GuestOrder, 'name' | 'nonce'>): string {
  return `${name}.${nonce.slice(-NONCE_LENGTH)}`
}

export const NONCE_LENGTH = 5

/** The name that was asked for; of a vADC that somebody else made it is what it is called. */
export function nameOf(native: string): string {
  return /^(.+)\.[a-z0-9]{5}$/.exec(native)?.[1] ?? native
}

export function incarnationOf(native: string): string {
  return createHash('sha256').update(native).digest('hex').slice(0, 12)
}

export const candidate = (column: keyof typeof CANDIDATE_COLUMNS, index: number | string): string =>
  `${CANDIDATE}.${CANDIDATE_COLUMNS[column]}.${index}`

/** The row of a vADC to be: all in one datagram, but for the VLANs after the first, since one can be added at a time. */
export function rowOf({ size, image, vlans, ...order }: GuestOrder, index: number): readonly (readonly SnmpSet[])[] {
  const [first, ...more] = vlans.map((vlan): SnmpSet => ({ oid: candidate('addVlan', index), integer: vlan }))
  return [
    [
      { oid: candidate('name', index), text: nativeName(order) },
      ...(size.units === undefined ? [] : [{ oid: candidate('units', index), integer: size.units }]),
      ...(size.throughputMbps === undefined ? [] : [{ oid: candidate('limit', index), integer: size.throughputMbps }]),
      ...(image === undefined ? [] : [{ oid: candidate('image', index), text: image }]),
      ...(first === undefined ? [] : [first]),
      { oid: candidate('state', index), integer: ENABLED },
    ],
    ...more.map((one) => [one]),
  ]
}
