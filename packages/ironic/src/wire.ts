/** What Ironic says of a node, as far as it is used (bare metal API reference, "Nodes"). */
export interface WireNode {
  readonly uuid: string
  readonly name: string | undefined
  /** The allocation that holds it, or the instance of somebody who uses none. */
  readonly instanceUuid: string | undefined
  readonly provisionState: string | undefined
  readonly powerState: string | undefined
  /** What a power action that is under way leads to. */
  readonly targetPowerState: string | undefined
  readonly lastError: string | undefined
  /** Why Ironic itself put it into maintenance: `power failure`, `clean failure`, `rescue abort failure`. */
  readonly fault: string | undefined
  readonly maintenance: boolean
  /** The conductor that holds its lock. */
  readonly reservation: string | undefined
  readonly resourceClass: string | undefined
  readonly traits: readonly string[]
  readonly instanceInfo: Readonly<Record<string, unknown>>
}

/** The fields asked for of every node. */
export const NODE_FIELDS: string = [
  'uuid',
  'name',
  'instance_uuid',
  'provision_state',
  'power_state',
  'target_power_state',
  'last_error',
  'fault',
  'maintenance',
  'reservation',
  'resource_class',
  'traits',
  'instance_info',
].join(',')

/** A node that is, or shall be, reserved under a name (bare metal API reference, "Allocations"). */
export interface WireAllocation {
  readonly uuid: string
  readonly name: string | undefined
  readonly state: string | undefined
  readonly nodeUuid: string | undefined
  readonly lastError: string | undefined
  /** Epoch milliseconds, by Ironic's own clock. */
  readonly createdMs: number | undefined
  readonly resourceClass: string | undefined
  readonly traits: readonly string[]
  readonly extra: Readonly<Record<string, unknown>>
}

/** The body of `POST /v1/allocations`. */
export interface AllocationBody {
  readonly uuid: string
  readonly name: string
  readonly resource_class: string
  readonly traits?: readonly string[]
  readonly candidate_nodes?: readonly string[]
  readonly extra: Readonly<Record<string, unknown>>
}

/** One step of a JSON patch. Ironic takes no `test`. */
export type PatchStep =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/** The config drive from which a conductor builds the image (API 1.56). */
export interface ConfigDrive {
  readonly meta_data: Readonly<Record<string, unknown>>
  readonly user_data?: string
}

/** Whether an interface of a node's driver is fit for a deployment, and why not. */
export interface WireValidation {
  readonly name: string
  readonly result: boolean
  readonly reason: string | undefined
}

/** A port of Neutron's. */
export interface WirePort {
  readonly id: string
  readonly name: string | undefined
  readonly description: string | undefined
  readonly networkId: string | undefined
  readonly mac: string | undefined
  readonly ips: readonly string[]
}
