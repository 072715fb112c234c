import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock } from '@amphora/core'
import { envelopeOf, PDU } from './datagram.ts'

/** What was not looked at. */
export interface Dropped {
  /** From no address of the inventory. */
  readonly strange: number
  readonly unauthenticated: number
  /** More than anybody needs to be told at once. */
  readonly tooMany: number
}

export interface TrapSocketOptions {
  readonly address: string
  readonly port: number
  readonly clock: Clock
  /** Whether version 2c is wanted. */
  readonly isPlain: boolean
  /** Whether whoever sends has to prove who it is. */
  readonly isSigned: boolean
  readonly isKnown: (address: string) => boolean
}

/** Of one sender in one second. */
const MOST_A_SECOND = 20

/**
 * The socket of a receiver: lets through what may be worth the library's work, and counts the rest. net-snmp itself answers
 * an inform without authentication to its sender and tells nobody.
 */
export class TrapSocket {
  readonly #socket: Socket
  readonly #options: TrapSocketOptions
  readonly #dropped = { strange: 0, unauthenticated: 0, tooMany: 0 }
  readonly #heard = new Map<string, { readonly second: number; count: number }>()

  static async open(options: TrapSocketOptions): Promise<TrapSocket> {
    const { address, port } = options
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.bind(port, address)
    await once(socket, 'listening').catch((thrown: unknown) => {
      socket.close()
      throw thrown
    })
    // A receiver does not keep a process alive.
    socket.unref()
    return new TrapSocket(socket, options)
  }

  private constructor(socket: Socket, options: TrapSocketOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('error', () => {})
  }

  get dropped(): Dropped {
    return { ...this.#dropped }
  }

  /** The library has found that it is not what it says it is. */
  refused(): void {
    this.#dropped.unauthenticated += 1
  }

  on(event: string, listener: (bytes: Uint8Array, from: RemoteInfo) => void): this {
    if (event === 'message') {
      this.#socket.on('message', (bytes, from) => {
        const why = this.#objection(bytes, from)
        if (why !== undefined) this.#dropped[why] += 1
        else this.#readQuietly(() => listener(bytes, from))
      })
    }
    return this
  }

  bind(): this {
    return this
  }

  send(...values: Parameters<Socket['send']>): void {
    this.#socket.send(...values)
  }

  address(): ReturnType<Socket['address']> {
    return this.#socket.address()
  }

  close(done?: () => void): void {
    this.#socket.close(done)
  }

  #objection(bytes: Uint8Array, { address }: RemoteInfo): keyof Dropped | undefined {
    const { isKnown, isPlain, isSigned } = this.#options
    if (!isKnown(address)) return 'strange'
    if (this.#isTooMany(address)) return 'tooMany'
    const envelope = envelopeOf(bytes)
    if (envelope === undefined) return 'unauthenticated'
    if (envelope.version !== 3) return isPlain && envelope.version === 1 ? undefined : 'unauthenticated'
    // By such a question the sender of an inform finds out whom it speaks to.
    const isQuestion = envelope.pdu === PDU.get
    return isPlain || (isSigned && !envelope.isAuthentic && !isQuestion) ? 'unauthenticated' : undefined
  }

  #isTooMany(address: string): boolean {
    const second = Math.floor(this.#options.clock.monotonic() / 1_000)
    const heard = this.#heard.get(address)
    if (heard?.second !== second) {
      this.#heard.set(address, { second, count: 1 })
      return false
    }
    heard.count += 1
    return heard.count > MOST_A_SECOND
  }

  #readQuietly(act: () => void): void {
    try {
      act()
    } catch {
      this.refused()
    }
  }
}
