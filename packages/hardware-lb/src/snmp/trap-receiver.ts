import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import type { Clock, Logger } from '@amphora/core'
import { AmphoraComputeError } from '@amphora/core'
import type { TrapSettings } from '../inventory/snmp-schema.ts'
import type { Bell } from './bell.ts'
import { loadLibrary, type LibraryReceiver } from './library.ts'
import { TrapSocket, type Dropped } from './trap-socket.ts'
import { libraryUser } from './user.ts'

export interface TrapReceiverSettings extends TrapSettings {
  readonly owner: string
  readonly clock: Clock
  readonly logger: Logger
  /** Whose traps count. */
  readonly agents: readonly { readonly appliance: string; readonly host: string }[]
}

/**
 * Listens for traps and informs while somebody watches. One that is authenticated and comes from an appliance of the
 * inventory makes us look at that; what it says is never believed. Everything else is dropped and counted.
 */
export class TrapReceiver {
  readonly #settings: TrapReceiverSettings
  readonly #bells = new Set<Bell>()
  #socket: TrapSocket | undefined
  #receiver: Promise<LibraryReceiver | undefined> | undefined
  #isClosed = false

  constructor(settings: TrapReceiverSettings) {
    this.#settings = settings
  }

  /** Rings the bell at each trap until the returned function is called. Where it cannot listen, that is logged. */
  listen(bell: Bell): () => void {
    this.#bells.add(bell)
    this.#receiver ??= this.#open().catch((thrown: unknown) => {
      const { code, message } = AmphoraComputeError.from(thrown, 'failed-precondition')
      this.#settings.logger.warn({ code, message }, 'traps cannot be received; it is looked at regular times only')
      return undefined
    })
    return () => void this.#bells.delete(bell)
  }

  /** Whether it listens, once that is known. */
  async isListening(): Promise<boolean> {
    return (await this.#receiver) !== undefined
  }

  /** What has been dropped so far. */
  dropped(): Dropped {
    return this.#socket?.dropped ?? { strange: 0, unauthenticated: 0, tooMany: 0 }
  }

  /** For `check`. */
  warnings(): readonly string[] {
    const { strange, unauthenticated, tooMany } = this.dropped()
    if (strange + unauthenticated + tooMany === 0) return []
    return [
      `traps dropped: ${unauthenticated} not authenticated, ${strange} from strangers, ${tooMany} too many at once`,
    ]
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const receiver = await this.#receiver
    receiver?.close()
  }

  async #open(): Promise<LibraryReceiver> {
    const { address, port, credentials, owner, clock } = this.#settings
    const library = await loadLibrary()
    const appliances = await this.#appliancesByAddress()
    const isPlain = credentials.version === 'v2c'
    const isSigned = credentials.version === 'v3' && credentials.auth !== undefined
    const socket = await TrapSocket.open({
      address,
      port,
      clock,
      isPlain,
      isSigned,
      isKnown: (from) => appliances.has(from),
    })
    this.#socket = socket
    const receiver = library.createReceiver(
      {
        // It binds what it is given by itself, and this one is bound.
        address,
        port,
        dgramModule: { createSocket: () => socket },
        disableAuthorization: false,
        // Senders of informs know a receiver by it, so that it has to outlive a restart.
        engineID: engineId(`${owner} ${address} ${port}`),
      },
      (error, told) => {
        const from = addressIn(told)
        if (from === undefined || (error !== null && error !== undefined)) return socket.refused()
        for (const appliance of appliances.get(from) ?? []) for (const bell of this.#bells) bell.ring(appliance)
      },
    )
    const authorizer = receiver.getAuthorizer()
    if (credentials.version === 'v2c') authorizer.addCommunity(await credentials.community.read())
    else authorizer.addUser(await libraryUser(credentials, library))
    if (this.#isClosed) receiver.close()
    return receiver
  }

  async #appliancesByAddress(): Promise<ReadonlyMap<string, readonly string[]>> {
    const known = new Map<string, string[]>()
    for (const { appliance, host } of this.#settings.agents) {
      for (const { address } of await lookup(host, { all: true }).catch(() => [])) {
        known.set(address, [...(known.get(address) ?? []), appliance])
      }
    }
    return known
  }
}

/** An SnmpEngineID of the form "octets, administratively assigned" (RFC 3411, 5), below the enterprise of examples. */
function engineId(of: string): string {
  return `80007ed905${createHash('sha256').update(of).digest('hex').slice(0, 24)}`
}

function addressIn(told: unknown): string | undefined {
  if (typeof told !== 'object' || told === null || !('rinfo' in told)) return undefined
  const { rinfo } = told
  const isSender = typeof rinfo === 'object' && rinfo !== null && 'address' in rinfo
  return isSender && typeof rinfo.address === 'string' ? rinfo.address : undefined
}
