import { randomUUID } from 'node:crypto'
import type { JsonRecord } from '@amphora/fake-openstack'

/** What fails on a node, as hardware would. */
export type Failure = 'deploy' | 'tear_down' | 'power' | 'power_get'

export interface NewNode {
  readonly name: string
  /** Default: `baremetal`. */
  readonly resourceClass?: string
  readonly traits?: readonly string[]
  /** Default: `available`. */
  readonly provisionState?: string
  /**
   * `direct`, the default, deploys only what has an image, as real hardware does; `fake` asks for nothing.
   */
  readonly deployInterface?: 'direct' | 'fake' | 'testbed'
  /** `neutron`, the default, records VIFs, one on each card; `noop` takes all and records nothing. */
  readonly networkInterface?: 'neutron' | 'noop'
  /** How many VIFs it takes. Default: 8. */
  readonly cards?: number
  readonly owner?: string | null
  readonly properties?: JsonRecord
  readonly driverInfo?: JsonRecord
}

/** A machine of the fake Ironic. */
export class FakeNode {
  readonly uuid: string = randomUUID()
  readonly createdAt: number
  updatedAt: number | null = null
  provisionUpdatedAt: number | null = null
  name: string
  resourceClass: string
  traits: readonly string[]
  provisionState: string
  targetProvisionState: string | null = null
  powerState: string | null
  targetPowerState: string | null = null
  lastError: string | null = null
  fault: string | null = null
  maintenance = false
  maintenanceReason: string | null = null
  /** The conductor that holds its lock. */
  reservation: string | null = null
  isProtected = false
  instanceUuid: string | null = null
  allocationUuid: string | null = null
  instanceInfo: Record<string, unknown> = {}
  driverInfo: JsonRecord
  extra: JsonRecord = {}
  readonly owner: string | null
  readonly properties: JsonRecord
  readonly deployInterface: NonNullable<NewNode['deployInterface']>
  readonly networkInterface: NonNullable<NewNode['networkInterface']>
  readonly cards: number
  readonly vifs: string[] = []
  /** Beside those in `driver_info`. */
  readonly failures = new Set<Failure>()
  /** Interfaces that do not validate, with what they say. */
  readonly invalid = new Map<string, string>()
  /** What it has booted with, as the conductor stored it. */
  configDrive: JsonRecord | string | undefined

  constructor(node: NewNode, now: number) {
    this.createdAt = now
    this.name = node.name
    this.resourceClass = node.resourceClass ?? 'baremetal'
    this.traits = node.traits ?? []
    this.provisionState = node.provisionState ?? 'available'
    this.powerState = this.provisionState === 'enroll' ? null : 'power off'
    this.deployInterface = node.deployInterface ?? 'direct'
    this.networkInterface = node.networkInterface ?? 'neutron'
    this.cards = node.cards ?? 8
    this.owner = node.owner ?? null
    this.properties = node.properties ?? { cpus: 4, memory_mb: 8192, local_gb: 50, cpu_arch: 'x86_64' }
    this.driverInfo = node.driverInfo ?? {}
  }

  fails(what: Failure): boolean {
    const named = this.driverInfo['testbed_fail']
    return this.failures.has(what) || (typeof named === 'string' && named.split(',').includes(what))
  }

  /** Milliseconds that every action takes in addition. */
  get delayMs(): number {
    return 1000 * Number(this.driverInfo['testbed_delay'] ?? 0)
  }
}
