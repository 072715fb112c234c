import { uuidOf } from '../toolkit/ids.ts'
import type { JsonRecord } from '../toolkit/json.ts'

/** A network to be made. */
export interface NewNetwork {
  readonly name: string
  /** Default: made from the name. */
  readonly id?: string
  /** Default: `demo`. */
  readonly project?: string
  readonly shared?: boolean
  /** The first three quarters of its IPv4 addresses, `10.10`; the ports get `10.10.0.2` and so on. `false`: none. */
  readonly ipv4?: string | false
  /** The prefix of its IPv6 addresses, `fd00:10::`. Default: none. */
  readonly ipv6?: string
}

export interface FakeSubnet {
  readonly id: string
  readonly version: 4 | 6
  readonly prefix: string
}

/** A network and what it has given out. */
export class FakeNetwork {
  readonly id: string
  readonly name: string
  readonly projectId: string
  readonly shared: boolean
  readonly subnets: readonly FakeSubnet[]
  readonly createdAt: number
  #last = 1

  constructor(from: NewNetwork, projectId: string, createdAt: number, usual: string) {
    this.id = from.id ?? uuidOf(`network ${from.name}`)
    this.name = from.name
    this.projectId = projectId
    this.shared = from.shared ?? false
    this.createdAt = createdAt
    const { ipv4 = usual, ipv6 } = from
    this.subnets = [
      ...(ipv4 === false ? [] : [{ id: uuidOf(`subnet 4 ${this.id}`), version: 4 as const, prefix: ipv4 }]),
      ...(ipv6 === undefined ? [] : [{ id: uuidOf(`subnet 6 ${this.id}`), version: 6 as const, prefix: ipv6 }]),
    ]
  }

  /** One address of every subnet. */
  nextAddresses(): readonly FixedIp[] {
    this.#last += 1
    const [high, low] = [Math.floor(this.#last / 256), this.#last % 256]
    return this.subnets.map(({ id, version, prefix }) => ({
      subnet_id: id,
      ip_address: version === 4 ? `${prefix}.${high}.${low}` : `${prefix}${this.#last.toString(16)}`,
    }))
  }

  /** The subnet that an address is of. */
  subnetOf(address: string): FakeSubnet | undefined {
    return this.subnets.find(({ version, prefix }) => address.startsWith(version === 4 ? `${prefix}.` : prefix))
  }

  document(): JsonRecord {
    const date = `${new Date(this.createdAt).toISOString().slice(0, 19)}Z`
    return {
      id: this.id,
      name: this.name,
      tenant_id: this.projectId,
      admin_state_up: true,
      mtu: 1500,
      status: 'ACTIVE',
      subnets: this.subnets.map(({ id }) => id),
      shared: this.shared,
      availability_zone_hints: [],
      availability_zones: [],
      ipv4_address_scope: null,
      ipv6_address_scope: null,
      'router:external': false,
      description: '',
      port_security_enabled: true,
      tags: [],
      created_at: date,
      updated_at: date,
      revision_number: 2,
      project_id: this.projectId,
    }
  }
}

/** An address of a port, as Neutron writes it. */
export interface FixedIp {
  readonly subnet_id: string
  readonly ip_address: string
}
