import type { Socket } from 'node:dgram'

/** What is used of net-snmp; the types published for it lag behind. */
export interface SnmpLibrary {
  readonly createSession: (target: string, community: string, options: LibrarySessionOptions) => LibrarySession
  readonly createV3Session: (target: string, user: LibraryUser, options: LibrarySessionOptions) => LibrarySession
  readonly createReceiver: (options: object, callback: (error: unknown, told?: unknown) => void) => LibraryReceiver
  readonly Version2c: number
  readonly SecurityLevel: { readonly noAuthNoPriv: number; readonly authNoPriv: number; readonly authPriv: number }
  readonly AuthProtocols: Readonly<Record<string, number | string | undefined>>
  readonly PrivProtocols: Readonly<Record<string, number | string | undefined>>
  readonly ObjectType: Readonly<Record<'Integer' | 'OctetString' | 'IpAddress' | 'OID' | 'Counter64', number>> &
    Readonly<Record<'Opaque' | 'NoSuchObject' | 'NoSuchInstance' | 'EndOfMibView' | 'Null', number>>
}

export interface LibraryUser {
  readonly name: string
  readonly level: number
  readonly authProtocol?: number | string | undefined
  readonly authKey?: string | undefined
  readonly privProtocol?: number | string | undefined
  readonly privKey?: string | undefined
}

interface LibrarySessionOptions {
  readonly version?: number
  readonly port: number
  readonly timeout: number
  readonly retries: number
  readonly reportOidMismatchErrors: boolean
  readonly dgramModule: { readonly createSocket: () => LibrarySocket }
}

/** What net-snmp asks of a socket. */
export type LibrarySocket = Pick<Socket, 'ref' | 'unref'> & {
  on(event: string, listener: (...values: never[]) => void): unknown
  send(bytes: Uint8Array, offset: number, length: number, port: number, host: string, done: Done): void
  close(): void
}

type Done = (error: Error | null, bytes: number) => void

export interface LibrarySession {
  /** Read when something is asked. */
  readonly retries: number
  readonly timeout: number
  get(oids: readonly string[], done: LibraryDone<LibraryVarbind[]>): unknown
  getBulk(oids: readonly string[], nonRepeaters: number, most: number, done: LibraryDone<LibraryVarbind[][]>): unknown
  set(varbinds: readonly LibraryVarbind[], done: LibraryDone<LibraryVarbind[]>): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  close(): unknown
}

export type LibraryDone<T> = (error: unknown, answer?: T) => void

export interface LibraryVarbind {
  readonly oid: string
  readonly type: number
  readonly value: unknown
}

export interface LibraryReceiver {
  getAuthorizer(): { addUser(user: LibraryUser): void; addCommunity(community: string): void }
  close(done?: () => void): void
}

/** A CommonJS package that a box without SNMP never needs. */
export async function loadLibrary(): Promise<SnmpLibrary> {
  const { default: library } = await import('net-snmp')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package is, checked by every test over it
  return library as SnmpLibrary
}
