import { randomBytes, randomUUID } from 'node:crypto'
import type { JsonRecord } from '../toolkit/json.ts'
import type { FixedIp } from './network.ts'

/** What of a port its owner may choose. */
export interface PortSettings {
  name: string
  description: string
  deviceId: string
  deviceOwner: string
  adminStateUp: boolean
  fixedIps: readonly FixedIp[]
  /** Ids. */
  securityGroups: readonly string[]
  /** The host that it is bound to; an administrator's matter. */
  hostId: string
  vnicType: string
  profile: JsonRecord
  extraDhcpOptions: readonly unknown[]
  allowedAddressPairs: readonly unknown[]
}

/** A port of the fake Neutron. */
export class FakePort {
  readonly id: string = randomUUID()
  readonly networkId: string
  readonly projectId: string
  macAddress: string
  readonly createdAt: number
  settings: PortSettings
  tags: readonly string[] = []
  status: 'DOWN' | 'ACTIVE' | 'BUILD' | 'ERROR' = 'DOWN'
  #updatedAt: number
  #revision = 1

  constructor(
    networkId: string,
    projectId: string,
    settings: PortSettings,
    macAddress: string | undefined,
    now: number,
  ) {
    this.networkId = networkId
    this.projectId = projectId
    this.settings = settings
    this.macAddress = macAddress ?? macOf()
    this.createdAt = now
    this.#updatedAt = now
  }

  /** After every change. */
  touched(now: number): void {
    this.#updatedAt = now
    this.#revision += 1
  }

  /** Administrators see where it is bound. */
  document(forAdmin: boolean): JsonRecord {
    const { settings } = this
    return {
      id: this.id,
      name: settings.name,
      network_id: this.networkId,
      tenant_id: this.projectId,
      mac_address: this.macAddress,
      admin_state_up: settings.adminStateUp,
      status: this.status,
      device_id: settings.deviceId,
      device_owner: settings.deviceOwner,
      fixed_ips: settings.fixedIps,
      allowed_address_pairs: settings.allowedAddressPairs,
      extra_dhcp_opts: settings.extraDhcpOptions,
      security_groups: settings.securityGroups,
      description: settings.description,
      'binding:vnic_type': settings.vnicType,
      ...(forAdmin
        ? {
            'binding:profile': settings.profile,
            'binding:host_id': settings.hostId,
            'binding:vif_type': settings.hostId === '' ? 'unbound' : 'ovs',
            'binding:vif_details': {},
          }
        : {}),
      port_security_enabled: true,
      tags: this.tags,
      created_at: secondOf(this.createdAt),
      updated_at: secondOf(this.#updatedAt),
      revision_number: this.#revision,
      project_id: this.projectId,
    }
  }
}

function secondOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Below Neutron's default prefix. */
function macOf(): string {
  return ['fa', '16', '3e', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':')
}
