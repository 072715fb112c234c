import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { envelopeOf, PDU } from './datagram.ts'
import type { LibrarySocket } from './library.ts'

/** What an answer has to be to be looked at. */
export interface Expected {
  readonly version: 1 | 3
  readonly isAuthentic: boolean
  readonly isPrivate: boolean
}

/**
 * A socket for net-snmp, bound to one peer by the kernel: datagrams from anywhere else never arrive, and a port on which
 * nobody listens is told at once instead of by silence. What is not protected as it was asked for is dropped; but for
 * reports, by which an agent says that it could not read the question.
 */
export class Wire implements LibrarySocket {
  readonly #socket: Socket
  readonly #expected: Expected

  static async open(host: string, port: number, expected: Expected): Promise<Wire> {
    const { address, family } = await lookup(host)
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(port, address, () => {
        socket.off('error', reject)
        resolve()
      })
    }).catch((thrown: unknown) => {
      socket.close()
      throw thrown
    })
    return new Wire(socket, expected)
  }

  private constructor(socket: Socket, expected: Expected) {
    this.#socket = socket
    this.#expected = expected
  }

  /** Called with what the socket itself has to complain about. */
  onTrouble(listener: (error: Error) => void): void {
    this.#socket.on('error', listener)
  }

  on(event: string, listener: (...values: never[]) => void): this {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what net-snmp hands over for these two events
    const call = listener as (value?: unknown) => void
    if (event === 'close') this.#socket.on('close', () => call())
    if (event === 'message') {
      this.#socket.on('message', (bytes) => {
        if (this.#isWorthReading(bytes)) quietly(() => call(bytes))
      })
    }
    return this
  }

  send(
    bytes: Uint8Array,
    offset: number,
    length: number,
    _port: number,
    _host: string,
    done: (error: Error | null, bytes: number) => void,
  ): void {
    this.#socket.send(bytes, offset, length, done)
  }

  ref(): Socket {
    return this.#socket.ref()
  }

  unref(): Socket {
    return this.#socket.unref()
  }

  close(): void {
    this.#socket.close()
  }

  #isWorthReading(bytes: Uint8Array): boolean {
    const envelope = envelopeOf(bytes)
    if (envelope === undefined || envelope.version !== this.#expected.version) return false
    const { isAuthentic, isPrivate } = this.#expected
    const isProtected = envelope.isAuthentic >= isAuthentic && envelope.isPrivate >= isPrivate
    return isProtected || envelope.pdu === PDU.report
  }
}

/** A datagram that makes the library stumble is one that has not come; the question is then asked again. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}
