import { randomUUID } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { Refusal } from './refusal.ts'

/** A port: one address on one network. */
export interface Port {
  readonly id: string
  readonly networkId: string
  readonly ip: string
  readonly mac: string
  /** Made for an instance, and so gone with it; a port that was named by its id is its caller's, and stays. */
  readonly madeForInstance: boolean
}

/** Where an instance is attached when its order says nothing. */
export const DEFAULT_NETWORK = 'default'

/** Networks of 65,533 addresses each, and the ports on them. A network exists as soon as it is named. */
export class Networks {
  readonly #networks = new Map<string, Network>()
  readonly #ports = new Map<string, Port>()
  readonly #inUse = new Set<string>()

  /** A new port, made for an instance. */
  make(networkId: string, ip?: string): Port {
    const port = this.#enter(randomUUID(), networkId, ip, true)
    this.#inUse.add(port.id)
    return port
  }

  /** The caller's port of this id, in use from now on; one that nobody has named before lies on the default network. */
  use(portId: string): Port {
    if (this.#inUse.has(portId)) throw new Refusal('port-in-use')
    const port = this.#ports.get(portId) ?? this.#enter(portId, DEFAULT_NETWORK, undefined, false)
    this.#inUse.add(port.id)
    return port
  }

  /** Gives a port up: what was made for an instance ceases to exist, with its address; the caller's is free again. */
  release(port: Port): void {
    this.#inUse.delete(port.id)
    if (!port.madeForInstance) return
    this.#ports.delete(port.id)
    this.#networks.get(port.networkId)?.taken.delete(port.ip)
  }

  /** The ports that were made for instances and still exist. */
  made(): readonly Port[] {
    return [...this.#ports.values()].filter((port) => port.madeForInstance)
  }

  #enter(id: string, networkId: string, ip: string | undefined, madeForInstance: boolean): Port {
    const network = this.#network(networkId)
    const address = ip === undefined ? nextAddress(network) : given(network, ip)
    network.taken.add(address)
    const port = { id, networkId, ip: address, mac: macOf(network.number, address), madeForInstance }
    this.#ports.set(id, port)
    return port
  }

  #network(id: string): Network {
    const known = this.#networks.get(id)
    if (known !== undefined) return known
    const network = { number: this.#networks.size, cursor: 0, taken: new Set<string>() }
    this.#networks.set(id, network)
    return network
  }
}

interface Network {
  /** 0 for the first one. From the 257th on, address ranges come round again, as those of separate networks may. */
  readonly number: number
  readonly taken: Set<string>
  /** The address given last, counted from 1; a given-up address comes round again only after all others. */
  cursor: number
}

/** 10.n.0.1 is the router's, 10.n.255.255 the broadcast address. */
const ADDRESSES = 65_533

function nextAddress(network: Network): string {
  if (network.taken.size >= ADDRESSES) throw new Refusal('no-address')
  for (;;) {
    network.cursor = (network.cursor % ADDRESSES) + 1
    const place = network.cursor + 1
    const ip = `${prefixOf(network)}${place >> 8}.${place & 255}`
    if (!network.taken.has(ip)) return ip
  }
}

function given(network: Network, ip: string): string {
  if (!isIPv4(ip) || !ip.startsWith(prefixOf(network))) throw new Refusal('bad-address')
  if (network.taken.has(ip)) throw new Refusal('address-taken')
  return ip
}

function prefixOf(network: Network): string {
  return `10.${network.number & 255}.`
}

/** Locally administered: the second-lowest bit of the first byte (IEEE 802). */
function macOf(network: number, ip: string): string {
  const bytes = [2, (network >> 16) & 255, (network >> 8) & 255, network & 255, ...ip.split('.').slice(2).map(Number)]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
