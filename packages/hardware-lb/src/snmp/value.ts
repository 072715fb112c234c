import type { SnmpValue } from './guest-table.ts'
import type { LibraryVarbind, SnmpLibrary } from './library.ts'

/** A value to be written. */
export type SnmpSet = { readonly oid: string } & (
  | { readonly integer: number }
  | { readonly text: string }
  /** An IPv4 address. */
  | { readonly ip: string }
)

/** Whether the agent said that there is no such object: `get` and `set` take that for a success. */
export function isMissing({ type }: LibraryVarbind, { ObjectType }: SnmpLibrary): boolean {
  return [ObjectType.NoSuchObject, ObjectType.NoSuchInstance, ObjectType.EndOfMibView].includes(type)
}

/** What a varbind says; `undefined` where there is no such object. */
export function valueOf(varbind: LibraryVarbind, library: SnmpLibrary): SnmpValue {
  const { type, value } = varbind
  if (isMissing(varbind, library) || type === library.ObjectType.Null) return undefined
  if (type === library.ObjectType.Counter64 && value instanceof Uint8Array) return unsigned(value)
  if (value instanceof Uint8Array || typeof value === 'number' || typeof value === 'string') return value
  return undefined
}

export function varbindOf(given: SnmpSet, { ObjectType }: SnmpLibrary): LibraryVarbind {
  const { oid } = given
  if ('integer' in given) return { oid, type: ObjectType.Integer, value: given.integer }
  if ('ip' in given) return { oid, type: ObjectType.IpAddress, value: given.ip }
  return { oid, type: ObjectType.OctetString, value: given.text }
}

/** An OCTET STRING as text; `undefined` where it is none, or longer than any name. NULs at the end are filling. */
export function snmpText(value: SnmpValue): string | undefined {
  if (!(value instanceof Uint8Array) || value.length > LONGEST_TEXT) return undefined
  return Buffer.from(value).toString('utf8').replace(/\0+$/, '')
}

const LONGEST_TEXT = 1_024

function unsigned(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
}
